"""Read and write documents, and change them in place, keeping their comments and layout."""
