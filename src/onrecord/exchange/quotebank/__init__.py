"""Import the quotation-centric JSON Lines of Quotebank."""
