"""Fix what findings say, where there is only one way to fix it."""
