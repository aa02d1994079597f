"""GraphiQL as a person sees it, in Chromium."""
