// The names of the item classes of the policy: data, so that the matrix can be read without knowing their codes.

const CLASSES = {
  base: ["基本", "Base"],
  number: ["個人番号", "Individual Number"],
  code: ["住民票コード", "Resident record code"],
  family_register: ["戸籍の表示", "Family register"],
  residence_status: ["在留資格等", "Residence status"],
  alias: ["通称", "Alias"],
  addresses: ["転出入の住所", "Former and coming addresses"],
  matters: ["個別事項", "Individual matters"],
  electoral_roll: ["選挙人名簿", "Electoral roll"],
  national_health_insurance: ["国民健康保険", "National health insurance"],
  late_stage_elderly_care: ["後期高齢者医療", "Late-stage elderly care"],
  long_term_care_insurance: ["介護保険", "Long-term care insurance"],
  national_pension: ["国民年金", "National pension"],
  child_allowance: ["児童手当", "Child allowance"],
  seal_registration: ["印鑑登録", "Seal registration"],
  cards: ["カード", "Cards"],
  change: ["異動", "Change"],
  processing: ["処理", "Processing"],
  linkage: ["連携", "Linkage"],
  provision_code: ["情報提供用個人識別符号", "Provision code"],
};

/** Japanese and English name of a class; its code where the register knows a newer one than this page. */
export function classNames(code) {
  return CLASSES[code] ?? [code, code];
}
