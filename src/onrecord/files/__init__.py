"""Read and write bytes and text with locations: open, decompress, decode, contain, write atomically."""
