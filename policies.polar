# daicho: who may open, search, read and read masked, for which purpose.
#
# Read it from the top: departments and their purposes, item classes, what each purpose sees; then a few rules, those on
# changing the register last; then the proofs. Whatever no rule names is WITHHELD (rule "default"). Of several rules that
# speak about an item, one that narrows for a fact wins over any that shows; SHOWN wins over MASKED; among equals the
# first in this file.
#
# A caller has: department, purpose, switched_off (the classes her own grant closes).
# A record has the facts: closed, protected, released, restricted. A notification (届出) has: procedure, own (the caller
# made it), matter (which of the 個別事項 it records, if it does). A certificate has: kind, requester (who asks, by the
# article that lets her), and closed, protected, released, restricted of a record that it is made of. An extraction
# (抽出依頼) has: own (the caller made it, for the purpose that she names now).

# ------------------------------------------------------------------------------------------------------------------
# 1. Purposes (事務): code, name, legal basis, whether it uses the Individual Number (個人番号利用事務)
# ------------------------------------------------------------------------------------------------------------------

purpose("resident_register", "住民基本台帳関連事務", "住基法第1条・第5条、番号法第7条", true);

# 移転先1-10 and 提供先2 of the assessment (Ⅱ-5); the Individual Number by 番号法別表第一.
purpose("local_tax", "地方税関係事務", "住基法第1条、番号法第9条第1項・別表第一の16の項", true);
purpose("national_health_insurance", "国民健康保険関連事務", "住基法第1条、番号法第9条第1項・別表第一の30の項", true);
purpose("national_pension", "国民年金関連事務", "住基法第1条、番号法第9条第1項・別表第一の31の項", true);
purpose("long_term_care", "介護保険関連事務", "住基法第1条、番号法第9条第1項・別表第一の68の項", true);
purpose("elderly_welfare", "老人福祉関連事務", "住基法第1条、番号法第9条第1項・別表第一の41の項", true);
purpose("late_stage_elderly_care", "後期高齢者医療関連事務", "住基法第1条、番号法第9条第1項・別表第一の59の項", true);
purpose("disability_welfare", "障害者福祉関連事務", "住基法第1条、番号法第9条第1項・別表第一の84の項", true);
purpose("public_assistance", "生活保護関連事務", "住基法第1条、番号法第9条第1項・別表第一の15の項", true);
purpose("childcare", "保育関連事務", "住基法第1条、番号法第9条第1項・別表第一の94の項", true);
purpose("child_welfare", "児童福祉関連事務", "住基法第1条、番号法第9条第1項・別表第一の56の項", true);
purpose("maternal_child_health", "母子保健関連事務", "住基法第1条、番号法第9条第1項・別表第一の49の項", true);
purpose("vaccination", "予防接種関連事務", "住基法第1条、番号法第9条第1項・別表第一の10の項", true);
purpose("school_affairs", "就学援助関連事務（学校保健安全法）", "番号法第9条第1項・別表第一の27の項、第9条第2項（条例）", true);

# Purposes that do not use the Individual Number.
purpose("election", "選挙人名簿関連事務", "公職選挙法第19条・第22条、住基法第15条", false);
purpose("seal_registration", "印鑑登録関連事務", "住基法第1条、市印鑑条例", false);
purpose("public_relations", "広聴広報関連事務", "住基法第1条", false);
purpose("support_measures", "支援措置関連事務（支援措置責任者）", "住民基本台帳事務処理要領第5の10", false);
purpose("ledger_review", "アクセス記録の点検（自己点検）", "番号法第12条、重点項目評価書Ⅱ-6", false);
purpose("operation", "システムの運用・保守（委託）", "番号法第11条、重点項目評価書Ⅱ-4", false);

# ------------------------------------------------------------------------------------------------------------------
# 2. Departments and the purposes they work for
# ------------------------------------------------------------------------------------------------------------------

department("市民生活部住民課", ["resident_register", "seal_registration", "support_measures"]);
department("のぞみ出張所", ["resident_register"]);
department("勇払出張所", ["resident_register"]);
department("沼ノ端出張所", ["resident_register"]);
department("豊川証明取扱所", ["resident_register"]);
department("駅前証明取扱所", ["resident_register"]);
department("住吉証明取扱所", ["resident_register"]);

department("財政部市民税課", ["local_tax"]);
department("財政部資産税課", ["local_tax"]);
department("財政部納税課", ["local_tax"]);
department("市民生活部国保課", ["national_health_insurance", "national_pension"]);
department("福祉部介護福祉課", ["long_term_care", "elderly_welfare"]);
department("市民生活部高齢者医療課", ["late_stage_elderly_care"]);
department("福祉部障がい福祉課", ["disability_welfare"]);
department("福祉部生活支援室", ["public_assistance"]);
department("健康こども部こども育成課", ["childcare"]);
department("健康こども部こども支援課", ["child_welfare"]);
department("福祉部総合福祉課", ["elderly_welfare"]);
department("健康こども部健康支援課", ["maternal_child_health", "vaccination"]);
department("教育部学校教育課", ["school_affairs"]);

department("選挙管理委員会", ["election"]);
department("総合政策部秘書広報課", ["public_relations"]);
department("総務部行政監理室", ["ledger_review"]);
department("委託先", ["operation"]);

# What may be granted to a person beside the department's own purposes. The command line acts for the operating-system user.
# resident_register: to issue batches of certificates.
grantable("コマンド操作", ["operation", "ledger_review", "support_measures", "resident_register"]);

# ------------------------------------------------------------------------------------------------------------------
# 3. Item classes (numbers of the basic resident register file, 別添１)
# ------------------------------------------------------------------------------------------------------------------

# 1 2 5-11 21-23 47 48, with the reading and the former surname that the law added, and the household itself
item_class("base", ["addressee_number", "household_number", "full_name", "date_of_birth", "sex", "current_address",
    "building_line", "relationship_to_householder", "householder_name", "became_resident_on", "address_established_on",
    "ceased_resident_on", "name_kana", "name_katakana_transcription", "name_reading", "former_surname",
    "former_surname_reading", "became_foreign_resident_on", "restricted", "household", "householder", "members"]);
item_class("number", ["individual_number"]);                                                                   # 3
item_class("code", ["resident_record_code"]);                                                                  # 4
item_class("family_register", ["registered_domicile", "family_register_head"]);                                # 12 13
item_class("residence_status", ["residence_card_number", "foreign_resident_category", "status_of_residence",
    "period_of_stay", "period_of_stay_expires_on", "nationality_or_region"]);                                  # 14-19
item_class("alias", ["alias_history"]);                                                                        # 20
item_class("addresses", ["previous_address", "planned_move_out_address", "confirmed_move_out_address"]);       # 24-26
item_class("matters", ["individual_matters"]);                                                                 # 27
item_class("electoral_roll", ["electoral_roll_registration"]);                                                 # 28
item_class("national_health_insurance", ["national_health_insurance_eligibility"]);                            # 29
item_class("late_stage_elderly_care", ["late_stage_elderly_care_eligibility"]);                                # 30
item_class("long_term_care_insurance", ["long_term_care_insurance_eligibility"]);                              # 31
item_class("national_pension", ["national_pension_eligibility"]);                                              # 32
item_class("child_allowance", ["child_allowance_eligibility"]);                                                # 33
item_class("seal_registration", ["seal_registration"]);                                                        # 34
item_class("cards", ["individual_number_card_status", "basic_resident_registration_card_status"]);             # 35 36
item_class("change", ["change_record", "change_reason", "changed_on", "notified_on", "processed_on",
    "notification_reason", "history", "history_number", "valid_from", "recorded_at"]);                         # 37-41 49
item_class("processing", ["processed_at_time", "process_id", "terminal_id", "staff_number"]);                  # 42-45
item_class("linkage", ["integrated_addressee_number"]);                                                        # 46
item_class("provision_code", ["information_provision_code"]);                                                  # 50: nobody

# What tells where a protected person is. It lies across the classes above.
whereabouts(["current_address", "building_line", "previous_address", "planned_move_out_address",
    "confirmed_move_out_address", "registered_domicile", "household_number", "household", "householder", "members"]);

# What the register office still sees of a record that may not be looked at (照会抑止): what a search result shows, so that
# it is found and seen to be restricted (標準仕様書1.0 3.1).
in_search_results(["addressee_number", "household_number", "full_name", "name_kana", "name_katakana_transcription",
    "name_reading", "former_surname", "former_surname_reading", "alias_history", "date_of_birth", "sex",
    "current_address", "building_line", "relationship_to_householder", "householder_name", "restricted", "household",
    "householder", "members"]);

# The classes that a person's grant may switch off (標準仕様書1.0 10.4).
switchable(["family_register", "number", "code", "residence_status"]);

# ------------------------------------------------------------------------------------------------------------------
# 4. Rules that the tables below name: id, legal basis, what it says
# ------------------------------------------------------------------------------------------------------------------

rule("register-office", "住基法第5条・第7条", "住民基本台帳を備える部署は、情報提供用個人識別符号を除く全ての項目を扱う");
rule("transfer", "住基法第1条、重点項目評価書Ⅱ-5", "移転先の事務は、4情報その他住民基本台帳情報を受ける");
rule("number-affairs", "番号法第9条第1項・第2項", "個人番号利用事務は、個人番号を利用する");
rule("own-matter", "住基法第7条第9号から第11号の2まで", "個別事項は、それを所管する事務に限る");
rule("election-base", "公職選挙法第22条、住基法第15条", "選挙人名簿の調製に必要な項目に限る");
rule("seal-base", "市印鑑条例", "印鑑登録に必要な項目に限る");
rule("name-and-address", "住基法第1条", "広聴広報は、氏名と住所に限る");
rule("number-masked", "番号法第9条、重点項目評価書Ⅱ-6", "番号利用事務を行わない部署には、個人番号をマスク表示する");
rule("protected-whereabouts", "住民基本台帳事務処理要領第5の10（支援措置）", "支援対象者の所在に関する項目は、住民基本台帳の部署以外に出さない");
rule("inquiry-restricted", "標準仕様書1.0 3.1（照会抑止）", "照会抑止（エラー）中の記録は、抑止中である旨のほか表示しない");
rule("closed-record", "住基法第15条の2、住基法施行令第34条", "除票では、現に有効でない在留資格等と通称を移転しない");
rule("switched-off", "標準仕様書1.0 10.4", "この職員の権限では、この項目区分を表示しない");
rule("register-changes", "住基法第8条・第14条・第22条から第30条の51まで", "住民票の記載、消除、修正は、住民基本台帳を備える部署が届出により又は職権で行う");
rule("matter-recorded", "住基法第7条第9号から第11号の2まで、標準仕様書1.0 4.0.8", "個別事項は、それを所管する事務が記録する");
rule("protection-recorded", "住民基本台帳事務処理要領第5の10、標準仕様書1.0 1.1.16・3.1", "支援措置責任者は、支援措置と抑止を記録する");
rule("second-person", "標準仕様書1.0 4.0.8、重点項目評価書Ⅲ", "本登録は、仮登録した職員以外の者が審査して行う");
rule("provisional-withdrawn", "標準仕様書1.0 4.0.8", "仮登録は、住民基本台帳の部署又は入力した者が取り消す");
rule("provisional-unseen", "標準仕様書1.0 4.0.8", "届出は、住民基本台帳の部署と入力した者のほかには見せない");
rule("copy-to-residents", "住基法第12条", "本人、同一世帯の者とその代理人に、住民票の写し等を交付する");
rule("copy-to-organs", "住基法第12条の2", "国又は地方公共団体の機関に、住民票の写し等を交付する");
rule("copy-to-others", "住基法第12条の3", "相当と認める第三者と特定事務受任者に、住民票の写し等を交付する");
rule("closed-copy", "住基法第15条の4", "除票の写し等は、本人とその代理人、国等の機関、相当と認める第三者に交付する");
rule("wide-area-copy", "住基法第12条の4", "交付地市町村長からの通知により、広域交付住民票を作る");
rule("moving-out-certificate", "住基法第22条第2項、住基法施行令第23条・第24条", "転出証明書又はこれに準ずる証明書を交付する");
rule("code-notice", "住基法第30条の3第3項・第30条の4第4項", "住民票コードを、本人に書面で通知する");
rule("inspection-by-organs", "住基法第11条", "国又は地方公共団体の機関に、住民基本台帳の一部の写しを閲覧させる");
rule("inspection-by-others", "住基法第11条の2", "統計調査等、福祉の向上、非営利の居住確認のために、住民基本台帳の一部の写しを閲覧させる");
rule("certificate-handed-over", "標準仕様書1.0 3.1・3.4", "印刷後、渡すまでに支援措置又は照会抑止の対象となった者の証明書は渡さない");
rule("certificate-voided", "標準仕様書1.0 1.3.8（処分情報）", "誤って発行した証明書の処分は、住民基本台帳の部署が記録する");
rule("extraction-requested", "番号法第12条、重点項目評価書Ⅲ（大量のデータ出力）", "抽出は、その事務で住民票を見る者が、自らの事務のために依頼し、実施する");
rule("extraction-approved", "重点項目評価書Ⅲ（データ抽出には住民課長の承認）", "抽出依頼は、台帳を管理する部署の、依頼者以外の者が承認し、又は退ける");
rule("certificates-seen", "標準仕様書1.0 2.2.2（交付履歴照会）", "交付履歴は、住民基本台帳の部署が照会する");
rule("search-what-is-shown", "番号法第9条、重点項目評価書Ⅱ-6", "検索できるのは、その事務に表示される項目に限る");
rule("default", "番号法第9条・第12条", "どの規則にもない項目は表示しない");

# ------------------------------------------------------------------------------------------------------------------
# 5. What each purpose sees: purpose, classes, rule
# ------------------------------------------------------------------------------------------------------------------

sees("resident_register", ["base", "number", "code", "family_register", "residence_status", "alias", "addresses", "matters",
    "electoral_roll", "national_health_insurance", "late_stage_elderly_care", "long_term_care_insurance",
    "national_pension", "child_allowance", "seal_registration", "cards", "change", "processing", "linkage"],
    "register-office");

sees(code, ["base", "alias", "residence_status"], "transfer") if transferee(code);
sees(code, ["number"], "number-affairs") if transferee(code);

sees("national_health_insurance", ["national_health_insurance"], "own-matter");
sees("national_pension", ["national_pension"], "own-matter");
sees("long_term_care", ["long_term_care_insurance"], "own-matter");
sees("late_stage_elderly_care", ["late_stage_elderly_care"], "own-matter");
sees("child_welfare", ["child_allowance"], "own-matter");

sees("election", ["base"], "election-base");
sees("election", ["electoral_roll"], "own-matter");
sees("seal_registration", ["base", "alias"], "seal-base");
sees("seal_registration", ["seal_registration"], "own-matter");

# The purposes to which the register is transferred: all that use the Individual Number but the register's own.
transferee(code) if purpose(code, _, _, true) and code != "resident_register";

# Single items, where a class would be too wide.
sees_items("public_relations", ["full_name", "name_kana", "name_reading", "current_address", "building_line"],
    "name-and-address");

# ------------------------------------------------------------------------------------------------------------------
# 6. Rules
# ------------------------------------------------------------------------------------------------------------------

# Entering: a department works for its own purposes; a person may be granted what is listed as grantable.
allow(caller: Caller, "enter", purpose: Purpose) if
    offered(caller.department, purpose.code);

offered(department, code) if department(department, codes) and code in codes;
offered(department, code) if grantable(department, codes) and code in codes;

# Opening a record. No purpose opens a record that it sees nothing of.
allow(caller: Caller, "open", record: Record) if
    offered(caller.department, caller.purpose) and
    opens(caller.purpose, record);

opens("resident_register", _: Record);
opens(code, record: Record) if transferee(code) and not hidden(record);
opens("election", record: Record) if not record.closed and not hidden(record);
opens("seal_registration", record: Record) if not record.closed and not hidden(record);
opens("public_relations", record: Resident) if not record.closed;

# A protected person's household leads to her: it is not there for anybody but the register office.
hidden(record: Household) if record.protected and not record.released;

# Releasing a protected person's record for a purpose: the officer responsible for support measures.
allow(caller: Caller, "release", _: Resident) if
    offered(caller.department, caller.purpose) and
    caller.purpose = "support_measures";

# A restriction that is released for a while (一時解除) opens the record at the register's own counters alone: the other
# departments' systems are not told of it (標準仕様書1.0 3.1).
allow(caller: Caller, "pass", _: Restriction) if
    offered(caller.department, caller.purpose) and
    caller.purpose = "resident_register";

# Details of restrictions and support measures (標準仕様書1.0 3.4): the officer responsible.
allow(caller: Caller, "read", _: Restriction) if
    offered(caller.department, caller.purpose) and
    caller.purpose = "support_measures";
allow(caller: Caller, "read", _: SupportMeasure) if
    offered(caller.department, caller.purpose) and
    caller.purpose = "support_measures";

# Statistics of the whole register (標準仕様書1.0 6.1): the register office, by items that it may search by.
allow(caller: Caller, "read", _: Statistics) if
    offered(caller.department, caller.purpose) and
    caller.purpose = "resident_register";

# Reading the ledger, and running the service.
allow(caller: Caller, "read", _: Ledger) if
    offered(caller.department, caller.purpose) and
    caller.purpose = "ledger_review";
allow(caller: Caller, "administer", _: Service) if
    offered(caller.department, caller.purpose) and
    caller.purpose = "operation";

# The one head for items: an item is never wider than its record.
decision(caller: Caller, record: Record, item: String, outcome, rule) if
    allow(caller, "open", record) and
    says(caller, record, item, outcome, rule);

# Narrowing. It wins over whatever shows.
says(caller: Caller, record: Record, item: String, "WITHHELD", "inquiry-restricted") if
    record.restricted and
    seen(caller, item, _) and
    not left_open(caller.purpose, item);

says(caller: Caller, record: Record, item: String, "WITHHELD", "protected-whereabouts") if
    record.protected and not record.released and
    whereabouts(items) and item in items and
    caller.purpose != "resident_register";

says(caller: Caller, record: Record, item: String, "WITHHELD", "closed-record") if
    record.closed and
    transferee(caller.purpose) and
    item_class(name, items) and item in items and
    name in ["residence_status", "alias"];

says(caller: Caller, _: Record, item: String, "WITHHELD", "switched-off") if
    class_switched_off(caller, name) and name != "number" and
    item_class(name, items) and item in items;

left_open(_, item) if item in ["addressee_number", "restricted"];
left_open("resident_register", item) if in_search_results(items) and item in items;

# Showing.
says(caller: Caller, _: Record, item: String, "SHOWN", rule) if
    seen(caller, item, rule);

# Masking. Whoever opens a record sees that there may be a number, never which.
says(_: Caller, _: Resident, "individual_number", "MASKED", "number-masked");

seen(caller: Caller, item: String, rule) if
    sees(caller.purpose, classes, rule) and
    name in classes and item_class(name, items) and item in items and
    not class_switched_off(caller, name);
seen(caller: Caller, item: String, rule) if
    sees_items(caller.purpose, items, rule) and item in items;

class_switched_off(caller: Caller, name) if
    switchable(names) and name in names and
    name in caller.switched_off;

# Searching by an item needs its own right: whoever is never shown an item cannot search by it. (And a condition matches
# only records for which the item would be SHOWN: the service puts the decision above into the search itself.)
search(caller: Caller, item: String, "search-what-is-shown") if
    allow(caller, "open", new Resident()) and
    seen(caller, item, _);

# The register office may search by any condition. All others name somebody: by two of name, date of birth and address
# (重点項目評価書Ⅲ: 性別を除く2情報以上), or by one exact number.
free_search("resident_register");

allow(caller: Caller, "search_freely", _: Resident) if
    offered(caller.department, caller.purpose) and
    free_search(caller.purpose);

# ------------------------------------------------------------------------------------------------------------------
# 7. Changing the register: notifications (届出)
# ------------------------------------------------------------------------------------------------------------------

# What needs no second person: what other laws' registers say of a person, and the states of her cards.
immediate(["recordMatter", "recordCardState"]);

# 抑止 and 支援措置, each right by itself (標準仕様書1.0 3.1): what protects somebody, the register office may do on the spot;
# what takes a protection away, and all that is decided, is the responsible officer's alone. No second person: it must hold
# from the first moment (仮支援措置).
protecting("placeRestriction", ["resident_register", "support_measures"]);
protecting("releaseRestriction", ["support_measures"]);
protecting("liftRestriction", ["support_measures"]);
protecting("applyForSupportMeasure", ["resident_register", "support_measures"]);
protecting("decideSupportMeasure", ["support_measures"]);
protecting("refuseSupportMeasure", ["support_measures"]);
protecting("extendSupportMeasure", ["support_measures"]);
protecting("endSupportMeasure", ["support_measures"]);

may(caller: Caller, "protect", notification: Notification, "protection-recorded") if
    offered(caller.department, caller.purpose) and
    protecting(notification.procedure, purposes) and
    caller.purpose in purposes;

may(caller: Caller, "notify", notification: Notification, rule) if
    offered(caller.department, caller.purpose) and
    notifies(caller, notification, rule);

# Maker and checker are two persons. The checker is somebody from whom no check's finding is kept: who approves what she
# may not search for would learn from the answer whether a number is anybody's.
may(caller: Caller, "approve", notification: Notification, "second-person") if
    caller.purpose = "resident_register" and
    notification.own = false and
    search(caller, "individual_number", _) and
    search(caller, "resident_record_code", _) and
    search(caller, "residence_card_number", _);

may(caller: Caller, "withdraw", notification: Notification, "provisional-withdrawn") if
    concerned(caller, notification);

may(caller: Caller, "see", notification: Notification, "provisional-unseen") if
    concerned(caller, notification);

notifies(caller: Caller, _: Notification, "register-changes") if
    caller.purpose = "resident_register";
notifies(caller: Caller, notification: Notification, "matter-recorded") if
    notification.procedure = "recordMatter" and
    sees(caller.purpose, names, "own-matter") and name in names and
    item_class(name, items) and notification.matter in items;

concerned(caller: Caller, _: Notification) if
    offered(caller.department, caller.purpose) and
    caller.purpose = "resident_register";
concerned(caller: Caller, notification: Notification) if
    offered(caller.department, caller.purpose) and
    notification.own = true and
    notifies(caller, notification, _);

# ------------------------------------------------------------------------------------------------------------------
# 8. Issuing certificates and notices (証明書・通知書)
# ------------------------------------------------------------------------------------------------------------------

# Which documents are issued to whom, whether of a record that is closed (除票), and by which rule. Which items stand on
# them is the law's table (domain/certificates/law.py); none stands on them that its clerk is not shown.
issued(["RESIDENT_RECORD_COPY", "RESIDENT_RECORD_ITEMS_CERTIFICATE"],
    ["PERSON", "SAME_HOUSEHOLD", "STATUTORY_AGENT", "AGENT"], [false], "copy-to-residents");
issued(["RESIDENT_RECORD_COPY", "RESIDENT_RECORD_ITEMS_CERTIFICATE"],
    ["OFFICIAL_REQUESTER"], [false], "copy-to-organs");
issued(["RESIDENT_RECORD_COPY", "RESIDENT_RECORD_ITEMS_CERTIFICATE"],
    ["THIRD_PARTY_APPLICANT", "SPECIFIED_AFFAIRS_AGENT"], [false], "copy-to-others");
issued(["CLOSED_RESIDENT_RECORD_COPY", "CLOSED_RECORD_ITEMS_CERTIFICATE"],
    ["PERSON", "STATUTORY_AGENT", "AGENT", "OFFICIAL_REQUESTER", "THIRD_PARTY_APPLICANT", "SPECIFIED_AFFAIRS_AGENT"],
    [true], "closed-copy");
issued(["WIDE_AREA_RESIDENT_RECORD_COPY"], ["ISSUING_MAYOR"], [false], "wide-area-copy");
issued(["MOVING_OUT_CERTIFICATE"],
    ["PERSON", "SAME_HOUSEHOLD", "STATUTORY_AGENT", "AGENT", "EX_OFFICIO"], [false, true], "moving-out-certificate");
issued(["MOVING_OUT_EQUIVALENT_CERTIFICATE"],
    ["PERSON", "STATUTORY_AGENT", "AGENT", "EX_OFFICIO"], [true], "moving-out-certificate");
issued(["RESIDENT_RECORD_CODE_NOTICE", "RESIDENT_RECORD_CODE_CHANGE_NOTICE", "RESIDENT_RECORD_CODE_CORRECTION_NOTICE"],
    ["EX_OFFICIO"], [false], "code-notice");

may(caller: Caller, "issue", certificate: Certificate, rule) if
    offered(caller.department, caller.purpose) and
    caller.purpose = "resident_register" and
    issued(kinds, requesters, closed, rule) and
    certificate.kind in kinds and
    certificate.requester in requesters and
    certificate.closed in closed and
    certificate.restricted = false and
    not guarded(certificate);

# Inspection of part of the register (閲覧). Nobody who is closed, protected or restricted stands on it, released or not: it
# is for the eyes of others.
inspected("OFFICIAL_REQUESTER", "inspection-by-organs");
inspected("THIRD_PARTY_APPLICANT", "inspection-by-others");

may(caller: Caller, "inspect", certificate: Certificate, rule) if
    offered(caller.department, caller.purpose) and
    caller.purpose = "resident_register" and
    inspected(certificate.requester, rule) and
    certificate.closed = false and
    certificate.protected = false and
    certificate.restricted = false;

# What was printed is handed over to who issued it, unless it has come to lead to a protected or restricted person.
may(caller: Caller, "hand_over", certificate: Certificate, "certificate-handed-over") if
    offered(caller.department, caller.purpose) and
    certificate.restricted = false and
    not guarded(certificate);

# 支援措置 (標準仕様書1.0 3.4): whatever leads to a protected person stops, whoever asks, until the officer responsible has
# examined the request and released her record for the register office.
guarded(certificate: Certificate) if certificate.protected and not certificate.released;

may(caller: Caller, "void", _: Certificate, "certificate-voided") if
    offered(caller.department, caller.purpose) and
    caller.purpose = "resident_register";

may(caller: Caller, "see", certificate: Certificate, "certificates-seen") if
    offered(caller.department, caller.purpose) and
    caller.purpose = "resident_register" and
    certificate.restricted = false;

# ------------------------------------------------------------------------------------------------------------------
# 9. Giving out in bulk (抽出)
# ------------------------------------------------------------------------------------------------------------------

# The department that answers for the register, and so for whatever leaves it in bulk (住民課長).
keeps_register("市民生活部住民課");

# Whoever opens records asks for her own purpose, and carries out what she asked for. What she gets of each record is what
# the same purpose is shown of it, item by item.
may(caller: Caller, "request", _: Extraction, "extraction-requested") if
    sees_records(caller);
may(caller: Caller, action: String, extraction: Extraction, "extraction-requested") if
    action in ["withdraw", "run", "see"] and
    extraction.own = true and
    sees_records(caller);

sees_records(caller: Caller) if
    allow(caller, "open", new Resident());

# Another person who manages the register approves it, or refuses.
may(caller: Caller, "approve", extraction: Extraction, "extraction-approved") if
    extraction.own = false and
    manages_register(caller);
may(caller: Caller, "see", _: Extraction, "extraction-approved") if
    manages_register(caller);

manages_register(caller: Caller) if
    keeps_register(caller.department) and
    caller.purpose = "resident_register";

# ------------------------------------------------------------------------------------------------------------------
# 10. Proofs
# ------------------------------------------------------------------------------------------------------------------

# A tax clerk reads the Individual Number (番号法別表第一の16の項); an election clerk reads it masked and cannot search by it.
?= decision(new Caller("財政部市民税課", "local_tax"), new Resident(), "individual_number", "SHOWN", "number-affairs");
?= not decision(new Caller("選挙管理委員会", "election"), new Resident(), "individual_number", "SHOWN", _);
?= decision(new Caller("選挙管理委員会", "election"), new Resident(), "individual_number", "MASKED", "number-masked");
?= not search(new Caller("選挙管理委員会", "election"), "individual_number", _);

# Only the register office searches by a single condition.
?= allow(new Caller("市民生活部住民課", "resident_register"), "search_freely", new Resident());
?= not allow(new Caller("財政部市民税課", "local_tax"), "search_freely", new Resident());
?= not allow(new Caller("財政部市民税課", "resident_register"), "search_freely", new Resident());

# Whether a support measure holds is told to whoever sees the base class, not to public relations.
?= decision(new Caller("財政部市民税課", "local_tax"), new Resident(protected: true), "restricted", "SHOWN", "transfer");
?= not decision(new Caller("総合政策部秘書広報課", "public_relations"), new Resident(protected: true), "restricted", _, _);

# A care clerk sees her own matter, nobody else's, and no registered domicile.
?= decision(new Caller("福祉部介護福祉課", "long_term_care"), new Resident(), "long_term_care_insurance_eligibility", "SHOWN", _);
?= not decision(new Caller("福祉部介護福祉課", "long_term_care"), new Resident(), "national_pension_eligibility", _, _);
?= not decision(new Caller("福祉部介護福祉課", "long_term_care"), new Resident(), "registered_domicile", _, _);

# A protected person's whereabouts are narrowed for a transferee, opened by a release, and never hidden from the register.
?= decision(new Caller("財政部市民税課", "local_tax"), new Resident(protected: true), "current_address", "WITHHELD", "protected-whereabouts");
?= not decision(new Caller("財政部市民税課", "local_tax"), new Resident(protected: true, released: true), "current_address", "WITHHELD", _);
?= not decision(new Caller("市民生活部住民課", "resident_register"), new Resident(protected: true), "current_address", "WITHHELD", _);

# A record that may not be looked at is found by the register office alone, which sees no more than what a search shows.
?= decision(new Caller("市民生活部住民課", "resident_register"), new Resident(restricted: true), "full_name", "SHOWN", _);
?= decision(new Caller("市民生活部住民課", "resident_register"), new Resident(restricted: true), "individual_number", "WITHHELD", "inquiry-restricted");
?= decision(new Caller("財政部市民税課", "local_tax"), new Resident(restricted: true), "full_name", "WITHHELD", "inquiry-restricted");
?= not decision(new Caller("財政部市民税課", "local_tax"), new Resident(restricted: true), "restricted", "WITHHELD", _);

?= allow(new Caller("市民生活部住民課", "resident_register"), "pass", new Restriction());
?= not allow(new Caller("財政部市民税課", "local_tax"), "pass", new Restriction());

# That and when a record changed is told to the register office alone; the others ask what it said on a day.
?= decision(new Caller("市民生活部住民課", "resident_register"), new Resident(), "history", "SHOWN", "register-office");
?= not decision(new Caller("財政部市民税課", "local_tax"), new Resident(), "history", _, _);

# The register office counts; nobody else does, and nobody else shows the register for inspection.
?= allow(new Caller("市民生活部住民課", "resident_register"), "read", new Statistics());
?= not allow(new Caller("財政部市民税課", "local_tax"), "read", new Statistics());
?= not allow(new Caller("総合政策部秘書広報課", "public_relations"), "read", new Statistics());
?= may(new Caller("市民生活部住民課", "resident_register"), "inspect", new Certificate("REGISTER_INSPECTION_COPY", "OFFICIAL_REQUESTER"), "inspection-by-organs");
?= not may(new Caller("市民生活部住民課", "resident_register"), "inspect", new Certificate("REGISTER_INSPECTION_COPY", "PERSON"), _);
?= not may(new Caller("市民生活部住民課", "resident_register"), "inspect", new Certificate(requester: "THIRD_PARTY_APPLICANT", protected: true, released: true), _);
?= not may(new Caller("財政部市民税課", "local_tax"), "inspect", new Certificate("REGISTER_INSPECTION_COPY", "OFFICIAL_REQUESTER"), _);

# The linkage symbol is seen by nobody (重点項目評価書: 情報連携においてのみ用いる).
?= not decision(new Caller("市民生活部住民課", "resident_register"), new Resident(), "information_provision_code", _, _);

# Reviewer and contractor open no record; a purpose is not lent to another department.
?= not allow(new Caller("総務部行政監理室", "ledger_review"), "open", new Resident());
?= not allow(new Caller("委託先", "operation"), "open", new Resident());
?= not allow(new Caller("選挙管理委員会", "local_tax"), "open", new Resident());
?= not allow(new Caller("選挙管理委員会", "election"), "enter", new Purpose("local_tax"));

# A class switched off for a person stays shut; the number falls back to its mask.
?= decision(new Caller("市民生活部住民課", "resident_register", ["family_register"]), new Resident(), "registered_domicile", "WITHHELD", "switched-off");
?= not decision(new Caller("財政部市民税課", "local_tax", ["number"]), new Resident(), "individual_number", "SHOWN", _);

# The register office notifies every change; a care clerk records her own matter and no other, and moves nobody.
?= may(new Caller("市民生活部住民課", "resident_register"), "notify", new Notification("moveIn", true, ""), "register-changes");
?= may(new Caller("福祉部介護福祉課", "long_term_care"), "notify", new Notification("recordMatter", true, "long_term_care_insurance_eligibility"), "matter-recorded");
?= not may(new Caller("福祉部介護福祉課", "long_term_care"), "notify", new Notification("recordMatter", true, "national_pension_eligibility"), _);
?= not may(new Caller("福祉部介護福祉課", "long_term_care"), "notify", new Notification("moveWithin", true, ""), _);
?= not may(new Caller("福祉部介護福祉課", "long_term_care"), "notify", new Notification("moveWithin", true, "long_term_care_insurance_eligibility"), _);
?= not may(new Caller("財政部市民税課", "resident_register"), "notify", new Notification("moveIn", true, ""), _);

# The register office protects and takes no protection away; details are the responsible officer's.
?= may(new Caller("市民生活部住民課", "resident_register"), "protect", new Notification("applyForSupportMeasure", true, ""), "protection-recorded");
?= not may(new Caller("市民生活部住民課", "resident_register"), "protect", new Notification("endSupportMeasure", true, ""), _);
?= not may(new Caller("市民生活部住民課", "resident_register"), "protect", new Notification("releaseRestriction", true, ""), _);
?= may(new Caller("市民生活部住民課", "support_measures"), "protect", new Notification("endSupportMeasure", true, ""), "protection-recorded");
?= not may(new Caller("財政部市民税課", "local_tax"), "protect", new Notification("placeRestriction", true, ""), _);
?= not allow(new Caller("市民生活部住民課", "resident_register"), "read", new SupportMeasure());
?= not allow(new Caller("財政部市民税課", "local_tax"), "read", new Restriction());

# Nobody approves what she has made, nor anybody from whom a finding is kept; nobody else sees a notification.
?= may(new Caller("市民生活部住民課", "resident_register"), "approve", new Notification("moveIn", false, ""), "second-person");
?= not may(new Caller("市民生活部住民課", "resident_register"), "approve", new Notification("moveIn", true, ""), _);
?= not may(new Caller("市民生活部住民課", "resident_register", ["number"]), "approve", new Notification("moveIn", false, ""), _);
?= not may(new Caller("財政部市民税課", "local_tax"), "approve", new Notification("moveIn", false, ""), _);
?= not may(new Caller("財政部市民税課", "local_tax"), "see", new Notification("moveIn", false, ""), _);
?= not may(new Caller("福祉部介護福祉課", "long_term_care"), "see", new Notification("recordMatter", false, "long_term_care_insurance_eligibility"), _);

# Certificates: only the register office issues, and only what the law lets somebody have; a closed record's copy goes to
# nobody as one of the household; a protected person's stops for everybody until it is released.
?= may(new Caller("市民生活部住民課", "resident_register"), "issue", new Certificate("RESIDENT_RECORD_COPY", "PERSON", false, false, false), "copy-to-residents");
?= may(new Caller("市民生活部住民課", "resident_register"), "issue", new Certificate("RESIDENT_RECORD_COPY", "OFFICIAL_REQUESTER", false, false, false), "copy-to-organs");
?= not may(new Caller("財政部市民税課", "local_tax"), "issue", new Certificate("RESIDENT_RECORD_COPY", "OFFICIAL_REQUESTER", false, false, false), _);
?= not may(new Caller("市民生活部住民課", "support_measures"), "issue", new Certificate("RESIDENT_RECORD_COPY", "PERSON", false, false, false), _);
?= not may(new Caller("市民生活部住民課", "resident_register"), "issue", new Certificate("RESIDENT_RECORD_COPY", "PERSON", true, false, false), _);
?= not may(new Caller("市民生活部住民課", "resident_register"), "issue", new Certificate("CLOSED_RESIDENT_RECORD_COPY", "SAME_HOUSEHOLD", true, false, false), _);
?= not may(new Caller("市民生活部住民課", "resident_register"), "issue", new Certificate("RESIDENT_RECORD_CODE_NOTICE", "OFFICIAL_REQUESTER", false, false, false), _);
?= not may(new Caller("市民生活部住民課", "resident_register"), "issue", new Certificate("RESIDENT_RECORD_COPY", "PERSON", false, true, false), _);
?= may(new Caller("市民生活部住民課", "resident_register"), "issue", new Certificate("RESIDENT_RECORD_COPY", "PERSON", false, true, true), "copy-to-residents");
?= not may(new Caller("総務部行政監理室", "ledger_review"), "see", new Certificate(), _);
?= may(new Caller("市民生活部住民課", "resident_register"), "see", new Certificate(), "certificates-seen");
?= not may(new Caller("市民生活部住民課", "resident_register"), "see", new Certificate(restricted: true), _);

# Bulk: asked for by whoever opens records, approved by another person of the department that keeps the register (never by
# the one who asked, nor at a branch office), carried out by who asked.
?= may(new Caller("財政部市民税課", "local_tax"), "request", new Extraction(true), "extraction-requested");
?= may(new Caller("財政部市民税課", "local_tax"), "run", new Extraction(true), "extraction-requested");
?= not may(new Caller("財政部市民税課", "local_tax"), "run", new Extraction(false), _);
?= not may(new Caller("財政部市民税課", "local_tax"), "approve", new Extraction(false), _);
?= may(new Caller("市民生活部住民課", "resident_register"), "approve", new Extraction(false), "extraction-approved");
?= not may(new Caller("市民生活部住民課", "resident_register"), "approve", new Extraction(true), _);
?= not may(new Caller("市民生活部住民課", "resident_register"), "run", new Extraction(false), _);
?= not may(new Caller("のぞみ出張所", "resident_register"), "approve", new Extraction(false), _);
?= not may(new Caller("総務部行政監理室", "ledger_review"), "request", new Extraction(true), _);
?= not may(new Caller("委託先", "operation"), "request", new Extraction(true), _);
