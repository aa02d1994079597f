// What the page says, in Japanese and English, one of them at a time.

const TEXTS = {
  title: ["点検", "Reviewer's desk"],
  skip: ["本文へ", "Skip to the content"],
  views: ["画面", "Views"],
  language: ["表示言語", "Language"],
  policy: ["権限", "Policy"],
  ledger: ["記録", "Ledger"],
  reports: ["分析", "Analyses"],
  statement: ["本人への開示", "Statement"],
  proof: ["証明", "Proof"],
  reviewer: ["点検者", "Reviewer"],
  token: ["トークン", "Token"],
  open: ["開く", "Open"],
  waiting: ["読み込み中…", "Loading…"],
  asking: [
    "権限の表を読み込んでいます。独自のポリシーでは、起動後30秒ほどかかることがあります…",
    "Loading the tables of the policy. For one of your own this may take half a minute after a start…",
  ],
  unreachable: ["サービスに接続できません。", "The service cannot be reached."],

  filter: ["絞り込み", "Filter"],
  filterHint: ["項目・事務・規則など", "item, purpose, rule …"],
  facts: ["記録の状態", "Facts of the record"],
  switchedOff: ["職員の権限で閉じた区分", "Classes closed by a person's grant"],
  protected: ["支援措置", "protected"],
  released: ["一時解除", "released"],
  closed: ["除票", "closed"],
  restricted: ["照会抑止", "restricted"],
  SHOWN: ["表示", "shown"],
  MASKED: ["伏字", "masked"],
  WITHHELD: ["非開示", "withheld"],
  ALLOWED: ["可", "allowed"],
  REFUSED: ["不可", "refused"],
  changedByFacts: ["選んだ条件で変わったマス", "changed by what is chosen above"],
  items: ["項目", "Items"],
  purposes: ["事務", "Purposes"],
  matrixCaption: [
    "操作権限一覧表：項目と事務ごとの開示。矢印キーで移動し、Enter キーで説明へ進みます。",
    "The matrix: what is disclosed of each item for each purpose. Arrow keys move, Enter goes to the explanation.",
  ],
  matrixShown: ["{items} 項目 × {purposes} 事務", "items: {items} × purposes: {purposes}"],
  rulesMatched: ["、規則の該当 {cells} マス", ", {cells} cells by this rule"],
  nothingMatches: ["該当するものはありません。", "Nothing matches."],
  RESIDENT: ["住民", "Resident"],
  HOUSEHOLD: ["世帯", "Household"],
  why: ["なぜそうなるか", "Why"],
  choose: [
    "マスを選ぶと、規則と根拠法令がここに表示されます。",
    "Choose a cell: its rule and legal basis appear here.",
  ],
  rule: ["規則", "Rule"],
  legalBasis: ["根拠法令", "Legal basis"],
  search: ["この項目での検索", "Searching by it"],
  searchYes: ["できる", "may"],
  searchNo: ["できない", "may not"],
  otherConditions: ["状態ごとの開示", "Under every condition"],
  condition: ["状態", "Condition"],
  outcome: ["開示", "Outcome"],
  always: ["常に", "always"],
  otherwise: ["そのほか", "otherwise"],
  not: ["{fact}なし", "not {fact}"],
  and: ["・", " and "],
  or: ["、又は", "; or "],
  whenClosed: ["{name}を閉じたとき：", "{name} closed: "],
  line: ["{line} 行目", "line {line}"],
  applied: ["適用", "Applied in"],
  declared: ["宣言", "Declared in"],
  policyText: ["ポリシーの本文", "The policy's text"],
  policyHash: ["ポリシーのハッシュ", "Hash of the policy"],
  acts: ["操作（届出・証明・抽出ほか）", "Acts: notifications, certificates, extractions …"],
  act: ["操作", "Act"],
  about: ["対象", "On what"],
  departments: ["部署", "Departments"],
  all: ["すべて", "all"],

  from: ["開始日", "From"],
  to: ["終了日", "To"],
  kind: ["種別", "Kind"],
  staffNumber: ["職員番号", "Staff number"],
  department: ["部署", "Department"],
  purpose: ["事務", "Purpose"],
  subject: ["対象者の宛名番号", "Whose record"],
  code: ["拒否の符号", "Refusal code"],
  numberAccessed: ["個人番号へのアクセスあり", "With access to an Individual Number"],
  look: ["表示する", "Show"],
  earlier: ["前の記録 →", "Older →"],
  later: ["← 新しい記録", "← Newer"],
  pageNumber: ["{page} ページ目", "page {page}"],
  pagesAbove: ["ページ送り（表の前）", "Pages, before the table"],
  pagesBelow: ["ページ送り（表の後）", "Pages, after the table"],
  entriesShown: ["{count} 件を表示", "{count} entries shown"],
  noEntries: ["条件に合う記録はありません。", "No entry matches."],
  moreToLook: ["このページには該当がありません。古い記録へ進めます。", "None on this page; older ones may match."],
  ledgerCaption: ["アクセス記録（新しい順）", "Entries of the ledger, the newest first"],
  at: ["日時", "Time"],
  who: ["操作者", "Who"],
  what: ["機能", "What"],
  records: ["件数", "Records"],
  subjects: ["対象者", "Whose records"],
  decisions: ["判断", "Decisions"],
  number: ["個人番号", "Number"],
  yes: ["あり", "yes"],
  details: ["詳細", "Details"],
  position: ["記録番号", "Position"],
  terminal: ["端末", "Terminal"],
  place: ["場所", "Place"],
  requestId: ["リクエストID", "Request"],
  grants: ["権限", "Grants"],
  searchedBy: ["検索した項目", "Searched by"],
  recordFacts: ["記録の状態", "Facts"],
  canonical: ["記録の原文（ハッシュの対象）", "As it was written and hashed"],
  READ: ["照会", "Read"],
  SEARCH: ["検索", "Search"],
  CHANGE: ["異動", "Change"],
  ISSUE: ["発行", "Issue"],
  REFUSAL: ["拒否", "Refusal"],
  SIGN_IN: ["サインイン失敗", "Refused sign-in"],
  LEDGER_READ: ["記録の閲覧", "Ledger read"],
  JOB: ["バッチ", "Job"],
  overTime: ["日ごとの記録", "Entries by day"],
  byHour: ["時間帯ごとの記録", "Entries by hour of the day"],
  asTable: ["表で見る", "As a table"],
  day: ["日", "Day"],
  hour: ["時", "Hour"],
  entries: ["記録", "Entries"],
  total: ["合計 {count} 件", "{count} in all"],
  nightAndHoliday: ["薄い帯は開庁時間（8時45分〜17時15分）", "The pale band is the time offices are open (8:45–17:15)"],

  analysis: ["分析の種類", "Analysis"],
  analyse: ["分析する", "Analyse"],
  found: ["{total} 件が該当（記録 {entries} 件を確認）", "{total} found, among {entries} entries"],
  foundNothing: ["該当はありません（記録 {entries} 件を確認）。", "Nothing found, among {entries} entries."],
  comparable: [
    "利用した職員 {staff} 人のうち、本人の宛名番号が登録されているのは {registered} 人です。他の職員は比較できません。",
    "Of {staff} people who used the register, {registered} have their own number registered; the others could not be compared.",
  ],
  onlySome: ["先頭の {shown} 件を表示しています。", "The first {shown} are shown."],
  saveCsv: ["CSV を保存", "Save as CSV"],
  reason: ["該当理由", "Reason"],
  count: ["回数", "Times"],
  seeEntries: ["記録を見る", "See the entries"],

  make: ["作成する", "Make it"],
  statementOf: ["宛名番号 {number} の利用の状況", "How the record of number {number} was used"],
  statementTold: [
    "利用は {rows} 件、ほかに法律によりお知らせできない利用が {hidden} 件",
    "{rows} uses; {hidden} more that the law keeps back",
  ],
  statementKept: [
    "本人にお知らせする内容です。職員の氏名と職員番号は含みません。",
    "This is what she is told, in Japanese. It names offices, not staff.",
  ],
  statementCaption: ["本人の記録の利用", "Uses of her record"],
  savePage: ["印刷用ページを保存", "Save the page to print"],
  where: ["部署・場所", "Where"],
  done: ["利用の内容", "What was done"],
  whatFor: ["事務と根拠法令", "What for, by which law"],
  itemsSeen: ["調べた項目", "Items asked for"],

  proofStands: ["記録は署名され、データベース外に控えがあります", "The ledger is signed, and places outside have it"],
  proofStopped: [
    "証明が途絶えたため、開示を停止しています",
    "Disclosure is stopped: the proof has not left the database",
  ],
  proofPending: ["まだ署名されたチェックポイントはありません", "No checkpoint has been signed yet"],
  size: ["記録の件数", "Entries"],
  covered: ["うち署名済み", "Of them signed"],
  signedAt: ["最後の署名", "Last signed"],
  root: ["木の根（SHA-256）", "Root of the tree (SHA-256)"],
  origin: ["台帳の名", "Origin"],
  places: ["データベース外の保存先", "Places outside the database"],
  takenAt: ["最後の受領", "Last taken"],
  takenSize: ["受領した件数", "Entries taken"],
  noPlaces: ["保存先はまだ受領していません。", "No place has taken one yet."],
  stopsAfter: [
    "どの保存先にも届かない状態が続くと（DAICHO_CHECKPOINT_MINUTES 分）、開示は自動的に停止します。",
    "Where none can be reached for DAICHO_CHECKPOINT_MINUTES, disclosure stops by itself.",
  ],
  waitingEntries: ["署名待ち {count} 件", "{count} await the next checkpoint"],
  ago: ["{time}前", "{time} ago"],
  seconds: ["{n} 秒", "{n} s"],
  minutes: ["{n} 分", "{n} min"],
  hours: ["{n} 時間", "{n} h"],
  days: ["{n} 日", "{n} days"],
  refresh: ["更新", "Refresh"],
  verifyYourself: ["自分で確かめる", "Verify it yourself"],
  verifyHow: [
    "1行目で記録を書き出します。2行目は、データベースにもネットワークにも頼らず、以前のチェックポイントから検証します。",
    "The first line exports the ledger; the second verifies it from an older checkpoint, without database or network.",
  ],
  note: ["署名されたチェックポイント", "The signed checkpoint"],
};

let language = navigator.language.startsWith("ja") ? "ja" : "en";

/** The language of the page: `ja` or `en`. */
export const languageNow = () => language;

/** Speak this one from now on. */
export function speak(chosen) {
  language = chosen;
}

/** One of two texts, by the language of the page. */
export function either(japanese, english) {
  return language === "ja" ? japanese : english;
}

/** A text by its name, with values for the names in braces. */
export function say(name, values = {}) {
  const text = either(...TEXTS[name]);
  return text.replace(/\{(\w+)\}/g, (_, key) => values[key]);
}

/** Whether there is such a text: codes that the service adds one day are shown as they are. */
export function named(code) {
  return code in TEXTS ? say(code) : code;
}

/** A number as people read it. */
export function counted(number) {
  return number.toLocaleString(language);
}

/** A moment as people in Japan read it. */
export function moment(iso) {
  const told = { dateStyle: "short", timeStyle: "medium", timeZone: "Asia/Tokyo" };
  return new Intl.DateTimeFormat(either("ja-JP", "en-GB"), told).format(new Date(iso));
}

/** How long ago, in the largest unit. */
export function ago(iso) {
  const seconds = Math.max(0, Math.round((Date.now() - new Date(iso)) / 1000));
  const units = [
    [86_400, "days"],
    [3_600, "hours"],
    [60, "minutes"],
    [1, "seconds"],
  ];
  const [length, unit] = units.find(([each]) => seconds >= each) ?? [1, "seconds"];
  return say("ago", { time: say(unit, { n: Math.floor(seconds / length) }) });
}
