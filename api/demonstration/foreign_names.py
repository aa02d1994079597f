"""Names of foreign residents as data: common surnames and given names by country, `ROMAN:カタカナ`."""

from __future__ import annotations

from typing import NamedTuple


class NamePool(NamedTuple):
    """What people of a country are called, in the order of their passports."""

    surnames: str
    men: str
    women: str


POOLS: dict[str, NamePool] = {
    "ベトナム": NamePool(
        "NGUYEN:グエン TRAN:チャン LE:レ PHAM:ファム HOANG:ホアン VU:ヴー BUI:ブイ DO:ドー",
        "VAN_HUNG:ヴァン・フン VAN_NAM:ヴァン・ナム DUC_ANH:ドゥック・アイン QUANG_HUY:クアン・フイ",
        "THI_LAN:ティ・ラン THI_HOA:ティ・ホア THU_HUONG:トゥ・フオン THI_MAI:ティ・マイ NGOC_ANH:ゴック・アイン",
    ),
    "中国": NamePool(
        "WANG:ワン LI:リー ZHANG:チャン LIU:リウ CHEN:チェン YANG:ヤン ZHAO:チャオ",
        "WEI:ウェイ LEI:レイ QIANG:チアン JUN:ジュン MING:ミン",
        "FANG:ファン XIUYING:シウイン NA:ナ MIN:ミン JING:ジン",
    ),
    "フィリピン": NamePool(
        "SANTOS:サントス REYES:レイエス CRUZ:クルス GARCIA:ガルシア BAUTISTA:バウティスタ DELA_CRUZ:デラ・クルス",
        "JOSE:ホセ MARK_ANTHONY:マーク・アンソニー JUAN_CARLO:フアン・カルロ RAMON:ラモン",
        "MARIA:マリア ANGELICA:アンヘリカ MARY_GRACE:メアリー・グレース ROSALIE:ロザリー",
    ),
    "インドネシア": NamePool(
        "SAPUTRA:サプトラ WIJAYA:ウィジャヤ SETIAWAN:スティアワン HIDAYAT:ヒダヤット SIREGAR:シレガル",
        "BUDI:ブディ AGUS:アグス DIMAS:ディマス RIZKI:リズキ EKO:エコ",
        "SITI:シティ DEWI:デウィ SRI:スリ PUTRI:プトリ AYU:アユ",
    ),
    "ミャンマー": NamePool(
        "AUNG:アウン KYAW:チョー MYINT:ミン THEIN:テイン WIN:ウィン",
        "KO_KO:コー・コー MIN_THU:ミン・トゥ ZAW_LIN:ゾー・リン HTET:テッ",
        "AYE_AYE:エー・エー SU_SU:スー・スー THANDAR:タンダー KHIN:キン",
    ),
    "ネパール": NamePool(
        "GURUNG:グルン THAPA:タパ SHRESTHA:シュレスタ TAMANG:タマン RAI:ライ",
        "BIBEK:ビベク SUMAN:スマン RAJESH:ラジェシュ PRAKASH:プラカシュ",
        "SITA:シタ ANJALI:アンジャリ SUNITA:スニタ PUJA:プジャ",
    ),
    "韓国": NamePool(
        "KIM:キム LEE:イ PARK:パク CHOI:チェ JUNG:チョン KANG:カン",
        "MINJUN:ミンジュン JIHOON:ジフン SUNGHO:ソンホ YOUNGSOO:ヨンス",
        "SEOYEON:ソヨン JIWON:ジウォン YOUNGHEE:ヨンヒ MINJI:ミンジ",
    ),
    "米国": NamePool(
        "SMITH:スミス JOHNSON:ジョンソン MILLER:ミラー DAVIS:デイビス",
        "JAMES:ジェームズ ROBERT_LEE:ロバート・リー DANIEL:ダニエル",
        "MARY_ANN:メアリー・アン JENNIFER:ジェニファー EMILY:エミリー",
    ),
}

ALIAS_SURNAMES = "金田:カネダ 木村:キムラ 新井:アライ 山本:ヤマモト 松田:マツダ 国本:クニモト"
"""Surnames that long-established residents from Korea took as an alias (通称)."""
