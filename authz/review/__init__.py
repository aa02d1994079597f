"""For reviewers: what a policy says, as tables that can be read, compared and proved.

Belongs here: every question that can be asked of a policy, the tables that its answers make, and what a change of the
policy would do. Does not: deciding for anybody (that is `authz.decisions`), storage, or a form in which it is printed.
No request waits for what is asked here but a reviewer's own, and her tables are made in processes beside the service.
Called by `api`.
"""
