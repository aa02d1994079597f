// The analyses that the service offers: data, so that they can be chosen before one is asked for.

export const ANALYSES = [
  ["OUT_OF_HOURS", "深夜・休業日におけるアクセス", "Use at night and on holidays"],
  ["FAILED_SIGN_INS", "ログイン失敗", "Failed sign-ins"],
  ["SIGN_INS", "ID別ログイン数", "Sign-ins by id"],
  ["MASS_SEARCHES", "大量検索", "Mass searches"],
  ["SEARCHES_BY_NUMBER", "番号による検索", "Searches by number"],
  ["SESSIONS", "ログイン・ログアウトと操作", "Sessions: from sign-in to sign-out"],
  ["OWN_HOUSEHOLD", "本人・同一世帯・同姓同住所の者の照会", "Own household, own family"],
  ["COLLEAGUES", "職員の照会", "Colleagues"],
  ["PROTECTED", "支援措置対象者の照会", "Protected persons"],
  ["NOT_FOLLOWED_UP", "後続の処理のない検索", "Searches that nothing followed"],
  ["NUMBERS", "職員別・日別の個人番号照会", "Individual Numbers by person and day"],
];
