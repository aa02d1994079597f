"""A small schema in the shape of the real one, for tests of what comes before any resolver."""

from collections.abc import Callable
from typing import Any

import pytest
from graphql import GraphQLSchema, build_schema

from api.graphql.documents import Documents, InvalidDocument
from api.graphql.inputs import coerce_variables
from api.graphql.problems import from_graphql_errors, from_refusal
from domain.errors import Refusal

# A well-formed Individual Number that is nobody's: what must not come back.
NUMBER = "123456789018"

SCHEMA: GraphQLSchema = build_schema(
    """
    enum Sex { FEMALE MALE UNKNOWN }
    input ResidentKey @oneOf { id: ID, addresseeNumber: String, residentRecordCode: String, individualNumber: String }
    input HouseholdKey @oneOf { id: ID, householdNumber: String }
    input Period { from: String!, until: String }
    input ResidentFilter {
      fullName: String
      dateOfBirth: Period
      sex: Sex
      currentAddress: [String!]
      includeClosed: Boolean! = false
    }
    interface Node { id: ID! }
    type Decision { item: String!, outcome: String! }
    type Resident implements Node {
      id: ID!
      fullName: String
      individualNumber: String
      household: Household
      disclosures: [Decision!]!
    }
    type Household implements Node { id: ID!, householdNumber: String, householder: Resident, members: [Resident!]! }
    union Found = Resident | Household
    type PageInfo { hasNextPage: Boolean!, endCursor: String }
    type ResidentEdge { cursor: String!, node: Resident! }
    type ResidentConnection { edges: [ResidentEdge!]!, nodes: [Resident!]!, pageInfo: PageInfo! }
    type Caller { displayName: String!, purposes: [String!]! }
    type Query {
      me: Caller!
      resident(by: ResidentKey!): Resident
      residents(where: ResidentFilter!, first: Int, after: String): ResidentConnection!
      recent(first: Int! = 20): ResidentConnection!
      household(by: HouseholdKey!): Household
      node(id: ID!): Node
      found(id: ID!): Found
    }
    """
)


def documents(*, introspection: bool = True) -> Documents:
    """A fresh preparer for the small schema."""
    return Documents(SCHEMA, introspection=introspection)


def ask(query: str, variables: dict[str, Any] | None = None, *, introspection: bool = True) -> int:
    """Take a request as far as its execution; return how many objects it may bring."""
    prepared = documents(introspection=introspection).prepare(query)
    return prepared.cost(coerce_variables(SCHEMA, prepared.operation, variables or {}))


def problems_of(action: Callable[[], object]) -> list[dict[str, Any]]:
    """The errors a caller would be answered."""
    with pytest.raises((Refusal, InvalidDocument)) as raised:
        action()
    error = raised.value
    if isinstance(error, Refusal):
        return [from_refusal(error, "R-1")]
    assert isinstance(error, InvalidDocument)
    return from_graphql_errors(error.errors, "R-1")


def refused(query: str, variables: dict[str, Any] | None = None, *, introspection: bool = True) -> list[dict[str, Any]]:
    """The errors that a request gets before its execution."""
    return problems_of(lambda: ask(query, variables, introspection=introspection))


def codes(problems: list[dict[str, Any]]) -> set[str]:
    """The codes of errors."""
    return {problem["extensions"]["code"] for problem in problems}


def names(problems: list[dict[str, Any]]) -> set[str]:
    """The names that errors point to."""
    return {name for problem in problems for name in problem["extensions"].get("names", ())}
