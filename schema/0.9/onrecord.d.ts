// Types of the records of onrecord schema 0.9, written by onrecord schema export.
// Null and absent are equal.

/** A record that stands alone: a line of JSON Lines, or a row of a table. */
export type FlatRecord = Article | Quote | Claim;

/** An article as a flat record: one line or row of the articles table. */
export interface Article {
  /** Which kind of record this is. */
  readonly record_type: "article";
  /** Version of the schema that the record follows. */
  readonly schema_version: "0.9";
  /**
   * Identifier of the article in the corpus: lower-case letters a-z, digits, hyphens and
   * underscores.
   */
  readonly id: string;
  /** The headline, as published (schema.org headline). */
  readonly title?: string | null;
  /** Where it was published (RFC 3986). */
  readonly url?: string | null;
  /** A copy in a web archive (RFC 3986). */
  readonly archived_url?: string | null;
  /** Who published it. */
  readonly publisher?: Publisher | null;
  /** Names in the byline, in its order. */
  readonly authors?: readonly string[] | null;
  /** When it was published: ISO 8601 year, month or day, or an RFC 3339 instant. */
  readonly published?: string | null;
  /** When the text was taken: ISO 8601 year, month or day, or an RFC 3339 instant. */
  readonly retrieved?: string | null;
  /** Language of the text (BCP 47). */
  readonly language: string;
  /** The text that spans index, exactly. Absent where rights withhold it. */
  readonly text?: string | null;
  /**
   * SHA-256 (FIPS 180-4) of the text in UTF-8, 64 lower-case hexadecimal digits. There
   * wherever a span is located.
   */
  readonly text_sha256?: string | null;
  /** Length of the text in Unicode code points. There wherever a span is located. */
  readonly text_length?: number | null;
  /** What may be done with the text. */
  readonly rights: Rights;
  /** Whom and what the article is about (schema.org about). */
  readonly subjects?: readonly Entity[] | null;
  /** Corrections that the publisher made, oldest first. */
  readonly corrections?: readonly Correction[] | null;
}

/** Who published an article (schema.org publisher). */
export interface Publisher {
  /** The publisher's name. */
  readonly name?: string | null;
  /** The publisher's internet domain, without www (RFC 1035). */
  readonly domain?: string | null;
  /** The Wikidata item (Q and a number). Absent unless it is certain. */
  readonly wikidata?: string | null;
}

/** What may be done with an article's text. It decides which words a publication holds. */
export interface Rights {
  /**
   * SPDX licence identifier of the article's text, LicenseRef- and a name, or NOASSERTION
   * where the licence is not known (SPDX 2.3, annex D).
   */
  readonly license: string;
  /**
   * What may be passed on: the text (full), only words that stand in quotation marks (quotes),
   * or no words at all (none).
   */
  readonly redistribute: "full" | "quotes" | "none";
  /** Who holds the rights in the text. */
  readonly holder?: string | null;
  /** The notice that the rights holder asks to be kept. */
  readonly notice?: string | null;
}

/** A person, organization, place, event or thing that a record is about. */
export interface Entity {
  /** The name in its usual full form, on one line. */
  readonly name: string;
  /** The Wikidata item (Q and a number). Absent unless it is certain. */
  readonly wikidata?: string | null;
}

/** A correction that the publisher made to an article (schema.org correction). */
export interface Correction {
  /** When it was made (ISO 8601 date, may be partial). */
  readonly date?: string | null;
  /** What was corrected. */
  readonly note: string;
}

/** A quote as a flat record: one line or row of the quotes table. */
export interface Quote {
  /** Which kind of record this is. */
  readonly record_type: "quote";
  /** Version of the schema that the record follows. */
  readonly schema_version: "0.9";
  /** Identifier in the corpus: the article's id, a full stop, the local id. */
  readonly id: string;
  /** Identifier of the article it stands in. */
  readonly article_id: string;
  /**
   * How it is quoted: word for word (direct), in the article's words (indirect), partly each
   * (mixed), by naming the act of speech (reported), or in the speaker's voice without a cue
   * (free_indirect). After Petersen-Frey and Biemann (2024).
   */
  readonly type: "direct" | "indirect" | "mixed" | "reported" | "free_indirect";
  /**
   * What is said, as spans in text order; a quote that is interrupted has several. Quotation
   * marks around the words are no part of a span.
   */
  readonly content: readonly ContentSpan[];
  /**
   * Whether the article says who speaks: it does (attributed), it speaks of somebody it does
   * not name (anonymous), or it leaves it open (unattributed). Of a record that was made
   * without finding out, that is not known (unknown).
   */
  readonly attribution: "attributed" | "anonymous" | "unattributed" | "unknown";
  /** Who says it. */
  readonly speaker?: Source | null;
  /**
   * The words that mark it as somebody's, such as said or according to, in text order
   * (PolNeAR: cue).
   */
  readonly cue?: readonly Span[] | null;
  /** To whom it is said. */
  readonly addressee?: Source | null;
  /** Through whom the article has it, such as a news agency. */
  readonly relayed_by?: Source | null;
  /**
   * How it was said: in speech, in writing or in thought, or more closely, such as in an
   * interview. Absent where the article does not tell.
   */
  readonly medium?: "speech" | "writing" | "interview" | "press_conference" | "social_media" | "statement" | "document" | "broadcast" | "thought" | "other" | null;
  /** Where or on what occasion it was said, as the article gives it. */
  readonly venue?: string | null;
  /** When it was said: ISO 8601 year, month or day, or an RFC 3339 instant. */
  readonly said?: string | null;
  /** Further pages that have the same quote, beside the article. */
  readonly appearances?: readonly Appearance[] | null;
  /** Identifier of the quote that this one is nested in. */
  readonly within?: string | null;
  /** Language of the words (BCP 47), where it is not the article's. */
  readonly language?: string | null;
  /** Language in which it was said (BCP 47), if it was translated. */
  readonly translated_from?: string | null;
  /**
   * Whether the record stands, was corrected, or is withdrawn.
   * @default "active"
   */
  readonly status?: "active" | "corrected" | "withdrawn" | null;
  /** Who made the record, and how. */
  readonly annotation: Annotation;
}

/** A span of what a quote says, which also tells whose words these are. */
export interface ContentSpan {
  /**
   * The words, character for character as the article has them (W3C TextQuoteSelector exact).
   * Absent where the article's rights withhold them.
   */
  readonly exact?: string | null;
  /**
   * Offset of the first character in the article's text, in Unicode code points from 0 (W3C
   * TextPositionSelector start). Absent, with end, where the words are known but not located.
   */
  readonly start?: number | null;
  /**
   * Offset just past the last character, in Unicode code points (W3C TextPositionSelector end,
   * exclusive).
   */
  readonly end?: number | null;
  /**
   * SHA-256 (FIPS 180-4) of the words in UTF-8, 64 lower-case hexadecimal digits. Stands in
   * for exact where that is withheld.
   */
  readonly sha256?: string | null;
  /**
   * Up to 64 code points of the text just before the span (W3C TextQuoteSelector prefix), to
   * find it again.
   */
  readonly prefix?: string | null;
  /**
   * Up to 64 code points of the text just after the span (W3C TextQuoteSelector suffix), to
   * find it again.
   */
  readonly suffix?: string | null;
  /**
   * True where the words stand inside quotation marks, so are given as the speaker's own;
   * false where the article puts it in its own words.
   */
  readonly verbatim: boolean;
}

/** Whoever speaks, claims, relays or is addressed. */
export interface Source {
  /** The name in its usual full form, on one line. Absent where the article names nobody. */
  readonly name?: string | null;
  /**
   * What the source is: a person, an organization, a group of people, a document, or a source
   * that the article leaves unnamed. Absent where it is not known.
   */
  readonly kind?: "person" | "organization" | "group" | "document" | "unnamed" | null;
  /** The Wikidata item (Q and a number). Absent unless it is certain. */
  readonly wikidata?: string | null;
  /** Office, title or function as the article gives it, so at that time. */
  readonly role?: string | null;
  /** Where the article names the source for this record. */
  readonly mention?: Span | null;
  /**
   * How the mention refers to the source: by name, by a noun phrase (the president), by a
   * pronoun (he), or not in words at all.
   */
  readonly reference?: "named" | "nominal" | "pronominal" | "implicit" | null;
}

/**
 * A piece of the article's text: where it stands and what it says.
 *
 * Source: W3C Web Annotation Data Model, TextPositionSelector (section 4.2.5) and
 * TextQuoteSelector (section 4.2.4).
 */
export interface Span {
  /**
   * The words, character for character as the article has them (W3C TextQuoteSelector exact).
   * Absent where the article's rights withhold them.
   */
  readonly exact?: string | null;
  /**
   * Offset of the first character in the article's text, in Unicode code points from 0 (W3C
   * TextPositionSelector start). Absent, with end, where the words are known but not located.
   */
  readonly start?: number | null;
  /**
   * Offset just past the last character, in Unicode code points (W3C TextPositionSelector end,
   * exclusive).
   */
  readonly end?: number | null;
  /**
   * SHA-256 (FIPS 180-4) of the words in UTF-8, 64 lower-case hexadecimal digits. Stands in
   * for exact where that is withheld.
   */
  readonly sha256?: string | null;
  /**
   * Up to 64 code points of the text just before the span (W3C TextQuoteSelector prefix), to
   * find it again.
   */
  readonly prefix?: string | null;
  /**
   * Up to 64 code points of the text just after the span (W3C TextQuoteSelector suffix), to
   * find it again.
   */
  readonly suffix?: string | null;
}

/** A page on which a statement is found (schema.org Claim: appearance, firstAppearance). */
export interface Appearance {
  /** Where it is (RFC 3986). */
  readonly url: string;
  /** A copy in a web archive (RFC 3986). */
  readonly archived_url?: string | null;
  /** When it was published (ISO 8601 date, may be partial). */
  readonly published?: string | null;
  /** Whether it is the first one known (schema.org firstAppearance). Absent where nobody says. */
  readonly first?: boolean | null;
}

/** Who made a record, and how (W3C PROV: agent, activity, derivation). */
export interface Annotation {
  /** Names or pseudonyms of those who made the record. */
  readonly annotators?: readonly string[] | null;
  /** Made by people, by people with a tool's proposals, or by a tool alone. */
  readonly method: "manual" | "assisted" | "automatic";
  /** Name and version of the tool. */
  readonly tool?: string | null;
  /** How sure the annotators or the tool are, from 0 to 1. */
  readonly confidence?: number | null;
  /** Names or pseudonyms of those who checked the record. */
  readonly reviewed_by?: readonly string[] | null;
  /** When the record was made (ISO 8601 date, may be partial). */
  readonly on?: string | null;
  /** Where the record was imported from, if it was. */
  readonly origin?: Origin | null;
}

/** Where an imported record comes from. */
export interface Origin {
  /** Name of the dataset that the record was imported from. */
  readonly dataset: string;
  /** The record's identifier there. */
  readonly id?: string | null;
  /** The type, class or verdict that it has there, as written there. */
  readonly label?: string | null;
  /** What else it says there and has no field here. */
  readonly fields?: readonly OriginField[] | null;
}

/** What an imported record says there, in a field that has no counterpart here. */
export interface OriginField {
  /** Name of the field there. */
  readonly name: string;
  /** Its value, as it is written there. */
  readonly value: string;
}

/** A claim as a flat record: one line or row of the claims table. */
export interface Claim {
  /** Which kind of record this is. */
  readonly record_type: "claim";
  /** Version of the schema that the record follows. */
  readonly schema_version: "0.9";
  /** Identifier in the corpus: the article's id, a full stop, the local id. */
  readonly id: string;
  /** Identifier of the article it stands in. */
  readonly article_id: string;
  /**
   * The claim in the annotator's words, on one line, understandable without the article
   * (decontextualised; Choi et al. 2021).
   */
  readonly text: string;
  /** Language of the claim's text (BCP 47). */
  readonly language: string;
  /** Who asserts it: a source that the article quotes, or the article itself. */
  readonly voice: "source" | "article";
  /** Who makes the claim (schema.org Claim: author). */
  readonly claimant?: Source | null;
  /** Identifiers of the quotes that the claim rests on. */
  readonly quote_ids?: readonly string[] | null;
  /** The article's own words that assert it, as spans in text order. */
  readonly content?: readonly Span[] | null;
  /**
   * When it was made (schema.org Claim: datePublished): ISO 8601 year, month or day, or an RFC
   * 3339 instant.
   */
  readonly said?: string | null;
  /**
   * Where or on what occasion it was made, such as a debate or a platform, as the source gives
   * it.
   */
  readonly venue?: string | null;
  /** Pages on which it was made or repeated, beside the article. */
  readonly appearances?: readonly Appearance[] | null;
  /** What sort of claim it is. Absent where nobody has said. */
  readonly kind?: "event" | "quantity" | "causal" | "comparison" | "definition" | "prediction" | "opinion" | "norm" | "other" | null;
  /**
   * Whether evidence could show it true or false at the time of annotation. Absent where
   * nobody has said.
   */
  readonly checkable?: boolean | null;
  /**
   * The time that the claim is about: an ISO 8601 date, which may be partial, or an interval
   * of two with a slash, either of them .. where it is open (ISO 8601-2).
   */
  readonly period?: string | null;
  /** Whom and what the claim is about. */
  readonly about?: readonly Entity[] | null;
  /** How it stands to other claims. */
  readonly relations?: readonly Relation[] | null;
  /** Published verdicts on it, oldest first. */
  readonly assessments?: readonly Assessment[] | null;
  /**
   * Whether the record stands, was corrected, or is withdrawn.
   * @default "active"
   */
  readonly status?: "active" | "corrected" | "withdrawn" | null;
  /** Who made the record, and how. */
  readonly annotation: Annotation;
}

/** How a claim stands to another one. */
export interface Relation {
  /** What this claim does to the other one. */
  readonly type: "same_as" | "contradicts" | "supports" | "qualifies" | "updates";
  /** Identifier of the other claim. */
  readonly claim_id: string;
}

/** A published verdict on a claim (schema.org ClaimReview). */
export interface Assessment {
  /** Who published the verdict (ClaimReview author). */
  readonly reviewer: string;
  /**
   * Where the verdict is published (ClaimReview url, RFC 3986). Absent where it is known from
   * a dataset alone.
   */
  readonly url?: string | null;
  /** When it was published (ClaimReview datePublished; ISO 8601 date, may be partial). */
  readonly published?: string | null;
  /**
   * The verdict on the scale that all assessments here share. Absent where the reviewer's own
   * cannot be carried over to it.
   */
  readonly rating?: "true" | "mostly_true" | "mixed" | "mostly_false" | "false" | "misleading" | "outdated" | "unverifiable" | null;
  /** The verdict in the reviewer's own words (ClaimReview alternateName). */
  readonly original_rating: string;
  /** The reasons for the verdict, in the reviewer's words (schema.org reviewBody). */
  readonly justification?: string | null;
  /** What it rests on. */
  readonly evidence?: readonly Evidence[] | null;
}

/** What a verdict rests on: most often a page, and what was asked of it. */
export interface Evidence {
  /** The page (RFC 3986). Absent where it is none, or nothing was found. */
  readonly url?: string | null;
  /** A copy in a web archive (RFC 3986). */
  readonly archived_url?: string | null;
  /** Its title, as published. */
  readonly title?: string | null;
  /** When it was published (ISO 8601 date, may be partial). */
  readonly published?: string | null;
  /**
   * Whether it supports or refutes the claim, or gives context. Absent where the reviewer does
   * not say.
   */
  readonly stance?: "supports" | "refutes" | "context" | null;
  /** What was asked in order to check the claim (Schlichtkrull et al. 2023). */
  readonly question?: string | null;
  /** What the evidence says to that, in the reviewer's words. */
  readonly answer?: string | null;
}

/** An article with its quotes and claims, as annotators write it: one file an article. */
export interface Document {
  /** Version of the schema that the document follows. */
  readonly schema_version: "0.9";
  /** Who made the records, and how, unless a record says otherwise. */
  readonly annotation: Annotation;
  /** The article. */
  readonly article: DocumentArticle;
  /** Its quotes, in the order in which they begin. */
  readonly quotes?: readonly DocumentQuote[] | null;
  /** Its claims. */
  readonly claims?: readonly DocumentClaim[] | null;
}

/** The article of a document. */
export interface DocumentArticle {
  /**
   * Identifier of the article in the corpus: lower-case letters a-z, digits, hyphens and
   * underscores.
   */
  readonly id: string;
  /** The headline, as published (schema.org headline). */
  readonly title?: string | null;
  /** Where it was published (RFC 3986). */
  readonly url?: string | null;
  /** A copy in a web archive (RFC 3986). */
  readonly archived_url?: string | null;
  /** Who published it. */
  readonly publisher?: Publisher | null;
  /** Names in the byline, in its order. */
  readonly authors?: readonly string[] | null;
  /** When it was published: ISO 8601 year, month or day, or an RFC 3339 instant. */
  readonly published?: string | null;
  /** When the text was taken: ISO 8601 year, month or day, or an RFC 3339 instant. */
  readonly retrieved?: string | null;
  /** Language of the text (BCP 47). */
  readonly language: string;
  /** The text that spans index, exactly. Absent where rights withhold it. */
  readonly text?: string | null;
  /**
   * SHA-256 (FIPS 180-4) of the text in UTF-8, 64 lower-case hexadecimal digits. There
   * wherever a span is located.
   */
  readonly text_sha256?: string | null;
  /** Length of the text in Unicode code points. There wherever a span is located. */
  readonly text_length?: number | null;
  /** What may be done with the text. */
  readonly rights: Rights;
  /** Whom and what the article is about (schema.org about). */
  readonly subjects?: readonly Entity[] | null;
  /** Corrections that the publisher made, oldest first. */
  readonly corrections?: readonly Correction[] | null;
}

/** A quote of a document's article. */
export interface DocumentQuote {
  /**
   * Identifier in this document, such as q1 or c1: lower-case letters a-z, digits, hyphens and
   * underscores. The record's own is ARTICLE.ID.
   */
  readonly id: string;
  /** Who made the record, and how, where it is not as the document says. */
  readonly annotation?: Annotation | null;
  /**
   * How it is quoted: word for word (direct), in the article's words (indirect), partly each
   * (mixed), by naming the act of speech (reported), or in the speaker's voice without a cue
   * (free_indirect). After Petersen-Frey and Biemann (2024).
   */
  readonly type: "direct" | "indirect" | "mixed" | "reported" | "free_indirect";
  /**
   * What is said, as spans in text order; a quote that is interrupted has several. Quotation
   * marks around the words are no part of a span.
   */
  readonly content: readonly ContentSpan[];
  /**
   * Whether the article says who speaks: it does (attributed), it speaks of somebody it does
   * not name (anonymous), or it leaves it open (unattributed). Of a record that was made
   * without finding out, that is not known (unknown).
   */
  readonly attribution: "attributed" | "anonymous" | "unattributed" | "unknown";
  /** Who says it. */
  readonly speaker?: Source | null;
  /**
   * The words that mark it as somebody's, such as said or according to, in text order
   * (PolNeAR: cue).
   */
  readonly cue?: readonly Span[] | null;
  /** To whom it is said. */
  readonly addressee?: Source | null;
  /** Through whom the article has it, such as a news agency. */
  readonly relayed_by?: Source | null;
  /**
   * How it was said: in speech, in writing or in thought, or more closely, such as in an
   * interview. Absent where the article does not tell.
   */
  readonly medium?: "speech" | "writing" | "interview" | "press_conference" | "social_media" | "statement" | "document" | "broadcast" | "thought" | "other" | null;
  /** Where or on what occasion it was said, as the article gives it. */
  readonly venue?: string | null;
  /** When it was said: ISO 8601 year, month or day, or an RFC 3339 instant. */
  readonly said?: string | null;
  /** Further pages that have the same quote, beside the article. */
  readonly appearances?: readonly Appearance[] | null;
  /** Identifier of the quote that this one is nested in. */
  readonly within?: string | null;
  /** Language of the words (BCP 47), where it is not the article's. */
  readonly language?: string | null;
  /** Language in which it was said (BCP 47), if it was translated. */
  readonly translated_from?: string | null;
  /**
   * Whether the record stands, was corrected, or is withdrawn.
   * @default "active"
   */
  readonly status?: "active" | "corrected" | "withdrawn" | null;
}

/** A claim of a document's article. */
export interface DocumentClaim {
  /**
   * Identifier in this document, such as q1 or c1: lower-case letters a-z, digits, hyphens and
   * underscores. The record's own is ARTICLE.ID.
   */
  readonly id: string;
  /** Who made the record, and how, where it is not as the document says. */
  readonly annotation?: Annotation | null;
  /**
   * The claim in the annotator's words, on one line, understandable without the article
   * (decontextualised; Choi et al. 2021).
   */
  readonly text: string;
  /** Language of the claim's text (BCP 47). */
  readonly language: string;
  /** Who asserts it: a source that the article quotes, or the article itself. */
  readonly voice: "source" | "article";
  /** Who makes the claim (schema.org Claim: author). */
  readonly claimant?: Source | null;
  /** Identifiers of the quotes that the claim rests on. */
  readonly quote_ids?: readonly string[] | null;
  /** The article's own words that assert it, as spans in text order. */
  readonly content?: readonly Span[] | null;
  /**
   * When it was made (schema.org Claim: datePublished): ISO 8601 year, month or day, or an RFC
   * 3339 instant.
   */
  readonly said?: string | null;
  /**
   * Where or on what occasion it was made, such as a debate or a platform, as the source gives
   * it.
   */
  readonly venue?: string | null;
  /** Pages on which it was made or repeated, beside the article. */
  readonly appearances?: readonly Appearance[] | null;
  /** What sort of claim it is. Absent where nobody has said. */
  readonly kind?: "event" | "quantity" | "causal" | "comparison" | "definition" | "prediction" | "opinion" | "norm" | "other" | null;
  /**
   * Whether evidence could show it true or false at the time of annotation. Absent where
   * nobody has said.
   */
  readonly checkable?: boolean | null;
  /**
   * The time that the claim is about: an ISO 8601 date, which may be partial, or an interval
   * of two with a slash, either of them .. where it is open (ISO 8601-2).
   */
  readonly period?: string | null;
  /** Whom and what the claim is about. */
  readonly about?: readonly Entity[] | null;
  /** How it stands to other claims. */
  readonly relations?: readonly Relation[] | null;
  /** Published verdicts on it, oldest first. */
  readonly assessments?: readonly Assessment[] | null;
  /**
   * Whether the record stands, was corrected, or is withdrawn.
   * @default "active"
   */
  readonly status?: "active" | "corrected" | "withdrawn" | null;
}

/** The file corpus.yaml: what a published corpus says of itself. */
export interface CorpusInfo {
  /** Name of the corpus (DataCite: title). */
  readonly title: string;
  /** Version of the corpus, such as 1.2.0 (DataCite: version). */
  readonly version: string;
  /** What it holds and how it was made (DataCite: description). */
  readonly description: string;
  /** SPDX licence identifier of the annotations; each article's text has its own. */
  readonly license: string;
  /** How to cite it, as text or BibTeX. */
  readonly citation: string;
}
