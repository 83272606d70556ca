"""List words in the place of a name that are none: for nothing, pronouns, and nouns for people.

The languages covered are those of ``PRONOUNS``: German, English, Spanish, French, Russian,
Ukrainian, Arabic, Chinese, Japanese and Turkish. Of any other nothing is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[str]:
    return frozenset(phrase.strip() for phrase in text.split(","))


# What stands for no value at all in real data, whatever its case and field.
NO_VALUE = frozenset({"", "nan", "none", "null", "n/a", "unknown"})

# The same where a name belongs: what programs write, and people who fill in forms.
NO_NAME = NO_VALUE | _phrases(
    """
    <na>, #n/a, n.a., n. a., undefined, tbd, t.b.d., xxx, not available, not applicable, not given,
    no name, no speaker, unknown speaker, speaker unknown, unspecified,
    unbekannt, unbekannter sprecher, k.a., k. a., keine angabe, keine angaben,
    inconnu, inconnue, non précisé, desconocido, desconocida, no disponible,
    неизвестно, нет данных, невідомо, немає даних, غير معروف, غير معروفة, غير متوفر, لا يوجد,
    不明, 不详, 不詳, 未知, 未詳, なし, bilinmiyor, bilinmeyen, belirtilmemiş
    """
)
# Those of them that people are called: they count unless they are written as a name is.
CALLED_SO = frozenset({"nan", "null"})
# What says that somebody goes without a name. A group may have taken one of them for its name.
NAMELESS = _phrases(
    """
    anonymous, anon, unnamed, unidentified, undisclosed, anonym, anonymer sprecher, anonyme,
    anónimo, anónima, аноним, анонимно, анонимный, анонім, анонімно, анонімний, مجهول, 匿名, anonim
    """
)

# Words that stand for somebody who is named elsewhere, by language: personal, demonstrative,
# relative, interrogative and indefinite pronouns, and adverbs that stand for "according to it".
PRONOUNS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "de": _words(
            """
            ich du er sie es wir ihr mich dich ihn uns euch mir dir ihm ihnen
            der die das dem den deren dessen denen dieser diese dieses diesem diesen
            jener jene jenes jenem jenen derselbe dieselbe dasselbe derjenige diejenige dasjenige
            diejenigen dieselben selbst wer wen wem welcher welche welches welchem welchen
            man jemand niemand einer eine eines einem einen keiner keine beide beiden beider
            demnach danach hiernach wonach demzufolge
            """
        ),
        "en": _words(
            """
            i you he she it we they me him her us them himself herself itself themselves
            this that these those who whom whoever somebody someone anybody anyone everybody
            everyone nobody
            """
        ),
        "es": _words(
            """
            yo tú él ella ello usted nosotros nosotras vosotros vosotras ustedes ellos ellas
            este esta estos estas éste ésta éstos éstas ese esa esos esas aquel aquella aquellos
            aquellas quien quienes alguien nadie
            """
        ),
        "fr": _words(
            """
            je tu il elle on nous vous ils elles lui eux moi toi soi celui celle ceux celles
            celui-ci celle-ci ceux-ci celles-ci celui-là celle-là ceux-là celles-là
            lui-même elle-même eux-mêmes elles-mêmes qui cela quelqu'un quelqu’un personne
            """
        ),
        "ru": _words(
            """
            я ты он она оно мы вы они меня тебя его её ее нас вас их мне ему ей нам им
            сам сама сами этот эта эти тот та те кто который которая которые кто-то никто
            """
        ),
        "uk": _words(
            """
            я ти він вона воно ми ви вони мене тебе його її нас вас їх мені йому їй нам їм
            сам сама самі цей ця ці той та ті хто який яка які хтось ніхто
            """
        ),
        "ar": _words("أنا أنت نحن هو هي هما هم هن أنتم أنتن هذا هذه هؤلاء ذلك تلك الذي التي الذين"),
        "zh": _words(
            """
            我 你 您 他 她 它 我们 你们 他们 她们 它们 咱们 自己 本人 对方 对此 谁 某人 其 此人
            我們 你們 他們 她們 它們 咱們 對方 誰
            """
        ),
        "ja": _words(
            "私 僕 俺 彼 彼女 彼ら 彼女ら 彼女たち 私たち 我々 われわれ あなた 自分 誰 本人"
        ),
        "tr": _words(
            "ben sen o biz siz onlar kendisi kendileri bu bunlar şu şunlar kim kimse biri"
        ),
    }
)
# Those that people are called as well: they count only where they begin with a small letter.
ALSO_NAMES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "de": _words("du mich man den dem"),
        "en": _words("i you this her us it"),
        "es": _words("ella esta tú"),
        "fr": _words("tu lui moi on qui toi"),
        "ru": _words("та им"),
        "uk": _words("та"),
        "ar": frozenset(),
        "zh": frozenset(),
        "ja": frozenset(),
        "tr": _words("ben sen o kim bu biri şu"),
    }
)


@dataclass(frozen=True, slots=True)
class Nouns:
    """Describe how a language names people by what they are.

    Attributes:
        head: Where the noun stands that says what somebody is, among words that say more of it.
        persons: Nouns for one person. Kings, popes and their like are called by their titles, so
            they are not among them.
        bodies: Nouns for those of whom there are many, which may be called by them.
        before: Articles; what follows one is no name of a person.
        more: Words that may stand with a noun.
        links: Words between a noun and what the person is over, of or for.
        surnames: Nouns that are common surnames too: they need an article.
        ends: Ends of compounds that are nouns for one person.
    """

    head: Literal["first", "last", "alone"]
    persons: frozenset[str]
    bodies: frozenset[str]
    before: frozenset[str] = frozenset()
    more: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    surnames: frozenset[str] = frozenset()
    ends: tuple[str, ...] = ()


NOUNS: Mapping[str, Nouns] = MappingProxyType(
    {
        "en": Nouns(
            head="last",
            persons=_words(
                """
                president chancellor premier minister secretary governor mayor senator lawmaker
                ambassador diplomat commissioner spokesman spokeswoman spokesperson official
                officer policeman policewoman soldier general commander prosecutor lawyer attorney
                judge witness victim suspect resident neighbor neighbour expert analyst scientist
                researcher professor doctor journalist reporter correspondent editor author writer
                chairman chairwoman chairperson chief director head leader manager ceo coach player
                teacher student source critic activist interviewer moderator narrator speaker
                """
            ),
            bodies=_phrases(
                "police, government, army, military, parliament, court, officials, authorities, "
                "residents, witnesses, experts, critics, protesters, lawmakers, prosecutors, "
                "scientists, researchers, analysts, sources, reporters, opposition"
            ),
            before=_words("the a an"),
            more=_words(
                """
                prime foreign interior defence defense finance justice health vice deputy former
                acting senior junior chief police government company army military press state
                local unnamed unidentified anonymous executive general managing attorney
                """
            ),
            links=_words("of for"),
            surnames=_words(
                "judge general coach bishop head chief major chancellor speaker premier"
            ),
        ),
        "de": Nouns(
            head="last",
            persons=_words(
                """
                präsident präsidentin kanzler kanzlerin minister ministerin bürgermeister
                bürgermeisterin oberbürgermeister oberbürgermeisterin sprecher sprecherin
                staatsanwalt staatsanwältin anwalt anwältin richter richterin zeuge zeugin opfer
                polizist polizistin beamter beamtin soldat soldatin general botschafter
                botschafterin abgeordneter abgeordnete senator senatorin anwohner anwohnerin
                nachbar nachbarin experte expertin forscher forscherin wissenschaftler
                wissenschaftlerin professorin arzt ärztin journalist journalistin reporter
                reporterin autor autorin vorsitzender vorsitzende direktor direktorin leiter
                leiterin chef chefin trainer trainerin spieler spielerin lehrerin schülerin
                kritiker kritikerin verdächtiger verdächtige angeklagter angeklagte
                """
            ),
            bodies=_phrases(
                "polizei, regierung, bundesregierung, armee, militär, parlament, bundestag, "
                "gericht, staatsanwaltschaft, behörden, anwohner, zeugen, experten, kritiker, "
                "forscher, wissenschaftler, opposition, medien, gewerkschaft"
            ),
            before=_words("der die das den dem des ein eine einer eines einem einen"),
            more=_words(
                """
                ehemaliger ehemalige stellvertretender stellvertretende ungenannter ungenannte
                leitender leitende hoher hohe
                """
            ),
            links=_words("der des vom für im in aus bei beim"),
            surnames=_words(
                "richter kanzler general forscher leiter trainer kritiker senator anwalt "
                "chef arzt spieler soldat"
            ),
            ends=(
                *("sprecher", "sprecherin", "minister", "ministerin", "präsident", "präsidentin"),
                *("kanzlerin", "staatsanwalt", "beamter", "vorsitzender", "vorsitzende"),
            ),
        ),
        "fr": Nouns(
            head="first",
            persons=_words(
                """
                président présidente ministre porte-parole maire gouverneur sénateur sénatrice
                député députée ambassadeur ambassadrice préfet préfète procureur procureure avocat
                avocate juge témoin victime policier policière soldat général habitant habitante
                voisin voisine expert experte chercheur chercheuse scientifique médecin
                journaliste auteur autrice directeur directrice chef patron entraîneur joueur
                joueuse responsable fonctionnaire
                """
            ),
            bodies=_phrases(
                "police, gouvernement, armée, parlement, tribunal, autorités, habitants, témoins, "
                "experts, chercheurs, opposition, médias, syndicats, parquet"
            ),
            before=_words("le la les un une des l"),
            more=_words("premier première ancien ancienne haut haute vice"),
            surnames=_words(
                "juge chef président patron maire médecin gouverneur voisin soldat "
                "général avocat préfet"
            ),
        ),
        "es": Nouns(
            head="first",
            persons=_words(
                """
                presidente presidenta ministro ministra portavoz vocero vocera alcalde alcaldesa
                gobernador gobernadora senador senadora diputado diputada embajador embajadora
                fiscal abogado abogada juez jueza testigo víctima soldado general vecino
                vecina experto experta investigador investigadora científico científica médico
                médica periodista autor autora director directora jefe jefa entrenador entrenadora
                jugador jugadora funcionario funcionaria
                """
            ),
            bodies=_phrases(
                "policía, gobierno, ejército, parlamento, tribunal, autoridades, vecinos, "
                "testigos, expertos, investigadores, oposición, medios, sindicatos, fiscalía"
            ),
            before=_words("el la los las un una unos unas"),
            more=_words("primer primera ex antiguo antigua alto alta"),
            surnames=_words("alcalde fiscal abogado soldado jurado"),
        ),
        "ru": Nouns(
            head="first",
            persons=_words(
                """
                президент премьер премьер-министр министр представитель представительница
                пресс-секретарь мэр губернатор сенатор депутат посол прокурор адвокат судья
                свидетель свидетельница очевидец потерпевший полицейский чиновник солдат генерал
                житель жительница сосед соседка эксперт учёный ученый исследователь врач журналист
                журналистка корреспондент автор директор глава руководитель начальник тренер игрок
                собеседник источник
                """
            ),
            bodies=_phrases(
                "полиция, правительство, армия, парламент, суд, прокуратура, власти, жители, "
                "свидетели, очевидцы, эксперты, учёные, ученые, оппозиция, чиновники, источники"
            ),
            more=_words(
                "официальный официальная бывший бывшая неназванный первый высокопоставленный"
            ),
            surnames=_words("судья посол глава генерал солдат"),
        ),
        "uk": Nouns(
            head="first",
            persons=_words(
                """
                президент прем'єр прем’єр прем'єр-міністр прем’єр-міністр міністр міністерка
                представник представниця речник речниця прессекретар прес-секретар мер губернатор
                депутат депутатка посол прокурор прокурорка адвокат адвокатка суддя свідок
                очевидець потерпілий поліцейський чиновник солдат генерал мешканець мешканка сусід
                сусідка експерт експертка вчений науковець дослідник лікар лікарка журналіст
                журналістка автор авторка директор директорка голова керівник керівниця очільник
                тренер гравець співрозмовник джерело
                """
            ),
            bodies=_phrases(
                "поліція, уряд, армія, парламент, суд, прокуратура, влада, мешканці, свідки, "
                "очевидці, експерти, вчені, науковці, опозиція, чиновники, джерела"
            ),
            more=_words("офіційний офіційна колишній колишня неназваний перший високопоставлений"),
            surnames=_words("суддя посол голова генерал солдат мер"),
        ),
        "ar": Nouns(
            head="alone",
            persons=_phrases(
                "الرئيس, رئيس الوزراء, رئيس الجمهورية, الوزير, وزير الخارجية, وزير الداخلية, وزير الدفاع, "
                "المتحدث, متحدث, متحدثة, المتحدثة, المتحدث الرسمي, الناطق, ناطق, الناطق الرسمي, مسؤول, "
                "المسؤول, مصدر, المصدر, شاهد, شاهد عيان, الشاهد, المحامي, القاضي, الشرطي, الجندي, الخبير, "
                "الصحفي, الصحافي, الكاتب, المدير, المدرب, اللاعب, السفير, المحافظ, العمدة, الأمين العام"
            ),
            bodies=_phrases(
                "الشرطة, الحكومة, الجيش, البرلمان, المحكمة, النيابة العامة, السلطات, السكان, الشهود, "
                "شهود عيان, الخبراء, المعارضة, مسؤولون, مصادر, وسائل الإعلام"
            ),
            links=_words("باسم"),
        ),
        "zh": Nouns(
            head="alone",
            persons=_words(
                """
                总统 总理 首相 主席 部长 外长 国防部长 外交部长 市长 省长 州长 议员 大使 发言人
                新闻发言人 政府发言人 外交部发言人 警方发言人 检察官 律师 法官 证人 目击者 警察 警官 士兵
                将军 官员 居民 邻居 专家 学者 研究人员 科学家 教授 医生 记者 作者 董事长 总经理 主任
                教练 球员 消息人士 知情人士 總統 總理 部長 外長 市長 議員 發言人 檢察官 律師 證人
                警官 官員 專家 學者 醫生 記者
                """
            ),
            bodies=_words(
                "警方 政府 军方 军队 议会 法院 检方 当局 有关部门 反对派 媒体 軍方 議會 當局 媒體"
            ),
        ),
        "ja": Nouns(
            head="alone",
            persons=_words(
                """
                大統領 首相 総理 総理大臣 大臣 外相 外務大臣 防衛相 官房長官 市長 町長 村長 知事 議員
                大使 報道官 広報官 広報担当者 担当者 検察官 弁護士 裁判官 裁判長 証人 目撃者 警察官
                兵士 将軍 当局者 政府高官 関係者 住民 近隣住民 専門家 研究者 科学者 教授 医師 記者 著者
                会長 社長 監督 選手
                """
            ),
            bodies=_words(
                "警察 警視庁 政府 軍 議会 国会 裁判所 検察 当局 野党 与党 メディア 専門家ら 住民ら"
            ),
        ),
        "tr": Nouns(
            head="last",
            persons=_words(
                """
                cumhurbaşkanı başbakan başkan başkanı bakan bakanı vali milletvekili senatör
                büyükelçi sözcü sözcüsü yetkili yetkilisi savcı savcısı avukat avukatı hakim yargıç
                tanık kurban asker general komutan sakin komşu uzman araştırmacı
                profesör doktor gazeteci muhabir muhabiri yazar müdür müdürü antrenör oyuncu
                kaynak
                """
            ),
            bodies=_phrases(
                "polis, hükümet, ordu, parlamento, meclis, mahkeme, savcılık, yetkililer, "
                "tanıklar, uzmanlar, muhalefet, medya, kaynaklar"
            ),
            before=_words("bir"),
            more=_words(
                "dışişleri içişleri savunma maliye adalet sağlık eski hükümet polis ordu belediye "
                "üst düzey devlet basın genel şirket emniyet"
            ),
            surnames=_words(
                "başkan vali savcı hakim asker komutan uzman yazar bakan oyuncu kurban"
            ),
        ),
    }
)
