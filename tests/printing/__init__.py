"""What leaves the press: golden documents, fonts, signatures."""
