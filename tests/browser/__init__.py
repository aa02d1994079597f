"""GraphiQL and the reviewers' page as a person sees them, in Chromium."""
