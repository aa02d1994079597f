"""What a person opens in a browser: GraphiQL with its own assets, and the reviewers' page.

Belongs here: pages, their scripts and styles, the headers that fence them in, and what puts their third-party assets in
place. Does not: anything that reads the register; a page asks `/graphql` like everybody else. Called by the composition
root.
"""
