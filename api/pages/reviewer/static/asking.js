// What this page asks, and how: GraphQL like everybody else, for the purpose of reviewing, kept by nobody.

import { PURPOSE } from "./signing_in.js";

/** A refusal, in both languages as the service tells it. */
export class Refused extends Error {
  constructor({ message, extensions = {} }) {
    super(message);
    this.code = extensions.code ?? "INTERNAL";
    this.japanese = extensions.messageJa ?? message;
  }
}

/** Sends operations as whoever stands at the door. */
export class Asking {
  constructor(door) {
    this.door = door;
  }

  /** The data of an answer. Throws `Refused` with the first error. */
  async ask(query, variables = {}) {
    const token = await this.door.token();
    const answer = await fetch("graphql", {
      method: "POST",
      cache: "no-store",
      credentials: "omit",
      headers: headersFor(token),
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = await answer.json();
    if (errors?.length) throw new Refused(errors[0]);
    return data;
  }
}

function headersFor(token) {
  return {
    "Content-Type": "application/json",
    Accept: "application/graphql-response+json, application/json;q=0.9",
    "Daicho-Purpose": PURPOSE,
    ...(token && { Authorization: `Bearer ${token}` }),
  };
}
