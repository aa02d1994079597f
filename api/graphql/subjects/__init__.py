"""What can be asked, one file a subject: its types, its arguments, and the resolvers that ask the desk."""
