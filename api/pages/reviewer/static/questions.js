// The operations that this page sends; a test validates them against the committed schema.

export const POLICY_MATRIX = `query PolicyMatrix {
  policyMatrix {
    policyHash text switchable
    purposes { code name legalBasis usesIndividualNumber departments }
    items { record item name english itemClass number }
    rules { id legalBasis text line }
    cells { purpose record item switchedOff departments condition outcome search rule line }
    acts { purpose departments action about switchedOff condition outcome rule legalBasis }
  }
}`;

export const LEDGER_ENTRIES = `query LedgerEntries($filter: LedgerFilter, $first: Int!, $after: String) {
  ledgerEntries(filter: $filter, first: $first, after: $after) {
    nodes {
      position recordedAt kind requestId staffNumber department place purpose terminal grants path resultCount code
      numberAccessed canonical
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

export const LEDGER_COUNTS = `query LedgerCounts($from: String!, $to: String!) {
  ledgerCounts(from: $from, to: $to, by: [DAY, HOUR, KIND]) { total cells { day hour kind entries numberAccessed } }
}`;

export const LEDGER_REPORT = `query LedgerReport($kind: LedgerReportKind!, $from: String!, $to: String!, $about: String) {
  ledgerReport(kind: $kind, from: $from, to: $to, about: $about) {
    title titleJa entries total staff staffRegistered csv
    findings {
      reason reasonJa at until staffNumber department purpose terminal place path code items subjects entries count records
    }
  }
}`;

export const ACCESS_STATEMENT = `query AccessStatement($subject: String!, $from: String!, $to: String!) {
  accessStatement(addresseeNumber: $subject, from: $from, to: $to) {
    addresseeNumber hidden csv html
    rows { at act department place purpose legalBasis items numberAccessed }
  }
}`;

export const LEDGER_STATE = `query LedgerState {
  ledgerState {
    size
    checkpoint { size signedAt origin root note }
    places { name size takenAt }
  }
}`;
