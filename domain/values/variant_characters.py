"""Characters that a search may hold equal because one is an old or another form of the other (異体字・正字).

The first of each group is what its members are compared as; nothing shows or stores it. In this order: the examples of
標準仕様書1.0 2.1.2 (its 頻 for 浜 is a misprint: no form of it); the forms in brackets of 常用漢字表
(平成22年内閣告示第2号) and 戸籍法施行規則別表第二, as far as names have them; forms that are common in family names.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_OF_THE_STANDARD = "辺邊邉边𨘢 浜濱濵滨 藤䕨籘籐"

_OF_THE_LISTS = (
    "亜亞 悪惡 圧壓 囲圍 医醫 為爲 壱壹 隠隱 栄榮 営營 衛衞 駅驛 円圓 塩鹽 縁緣 応應 桜櫻 奥奧 横橫 温溫 仮假 価價"
    " 画畫 会會 回囘 壊壞 懐懷 絵繪 拡擴 覚覺 学學 岳嶽 楽樂 巻卷 陥陷 寛寬 関關 歓歡 観觀 顔顏 気氣 帰歸 亀龜"
    " 戯戲 犠犧 旧舊 拠據 挙擧 峡峽 挟挾 狭狹 暁曉 区區 駆驅 勲勳 薫薰 径徑 茎莖 恵惠 渓溪 経經 継繼 蛍螢 軽輕 鶏鷄"
    " 芸藝 撃擊 県縣 倹儉 剣劍劔劒釼 険險 圏圈 検檢 権權 献獻 験驗 顕顯 厳嚴 広廣 効效 恒恆 黄黃 鉱鑛 号號 国國 砕碎"
    " 済濟 斎齋斉齊齎 剤劑 桟棧 蚕蠶 惨慘 賛贊 残殘 糸絲 歯齒 児兒 辞辭 湿濕 実實 写寫 釈釋 寿壽 収收 従從 渋澁 獣獸"
    " 縦縱 粛肅 処處 叙敍 将將 称稱 焼燒 証證 奨奬 条條 状狀 乗乘 浄淨 剰剩 畳疊 縄繩 壌壤 嬢孃 譲讓 醸釀 触觸 嘱囑"
    " 真眞 寝寢 慎愼 尽盡 図圖 粋粹 酔醉 穂穗 随隨 髄髓 枢樞 数數 瀬瀨 声聲 静靜 摂攝 窃竊 専專 浅淺 戦戰 践踐"
    " 銭錢 潜潛 繊纖 禅禪 双雙 壮壯 争爭 荘莊 捜搜 巣巢 装裝 総總 騒騷 増增 蔵藏 臓臟 属屬 続續 堕墮 対對 体體 帯帶"
    " 滞滯 台臺 滝瀧 択擇 沢澤 担擔 胆膽 団團 断斷 弾彈 遅遲 痴癡 虫蟲 昼晝 鋳鑄 庁廳 徴徵 聴聽 鎮鎭 逓遞 鉄鐵 点點"
    " 転轉 伝傳 灯燈 当當 党黨 盗盜 稲稻 闘鬪 徳德 独獨 読讀 届屆 弐貳 悩惱 脳腦 覇霸 拝拜 廃廢 売賣 麦麥 発發 髪髮"
    " 抜拔 蛮蠻 秘祕 彦彥 姫姬 冨富 仏佛 払拂 並竝 変變 弁辨瓣辯 宝寶寳 豊豐 褒襃 翻飜 毎每 万萬 満滿 黙默 弥彌 訳譯"
    " 薬藥 与與 予豫 余餘 誉譽 揺搖 様樣 謡謠 遥遙 来來 頼賴 覧覽 竜龍 涼凉 緑綠 塁壘 涙淚 礼禮 励勵 戻戾 霊靈 齢齡"
    " 暦曆 歴歷 恋戀 錬鍊 炉爐 労勞 楼樓 郎郞 禄祿 録錄 湾灣 尭堯 晋晉 桧檜 槙槇 穣穰 萌萠 巌巖 凜凛"
)

_OF_FAMILY_NAMES = (
    "高髙 崎﨑嵜碕 吉𠮷 島嶋嶌 桑桒 淵渕渊 峰峯 館舘 柳栁桺 橋槗 曽曾 鶴靏靍 薮藪 船舩 嶺岺 梅楳 角⻆ 秋穐龝 野埜 兎兔"
    " 迫廹 土圡 松枩 京亰 坂阪 冴冱 昂昻"
)


def folded(text: str) -> str:
    """The text with each old or variant character as the first of its group; as long as before."""
    return text.translate(_FIRST)


def _firsts(*groups: str) -> dict[int, str]:
    """Each character to the first of its group; groups that share a character are one."""
    firsts: dict[str, str] = {}
    for group in " ".join(groups).split():
        first = next((firsts[one] for one in group if one in firsts), group[0])
        firsts |= dict.fromkeys(group, first)
    return {ord(one): first for one, first in firsts.items() if one != first}


_FIRST: Mapping[int, str] = MappingProxyType(_firsts(_OF_THE_STANDARD, _OF_THE_LISTS, _OF_FAMILY_NAMES))
