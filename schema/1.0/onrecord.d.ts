// Types of the records of onrecord schema 1.0, written by onrecord schema export.
// Null and absent are equal.

/** A record that stands alone: a line of JSON Lines, or a row of a table. */
export type FlatRecord = Article | Quote | Claim;

/** An article as a flat record: one line or row of the articles table. */
export interface Article {
  /** Type of the record. */
  readonly record_type: "article";
  /** Version of the schema that the record follows. */
  readonly schema_version: "1.0";
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
  /** Publisher of the article. */
  readonly publisher?: Publisher | null;
  /** Names in the byline, in its order. */
  readonly authors?: readonly string[] | null;
  /** When it was published: ISO 8601 year, month or day, or an RFC 3339 instant. */
  readonly published?: string | null;
  /** When the text was retrieved: ISO 8601 year, month or day, or an RFC 3339 instant. */
  readonly retrieved?: string | null;
  /** Language of the text (BCP 47). */
  readonly language: string;
  /** The exact text that spans index. Absent where rights withhold it. */
  readonly text?: string | null;
  /**
   * SHA-256 (FIPS 180-4) of the text in UTF-8, 64 lower-case hexadecimal digits. Needed if any
   * span has offsets.
   */
  readonly text_sha256?: string | null;
  /** Length of the text in Unicode code points. Needed if any span has offsets. */
  readonly text_length?: number | null;
  /** What is allowed with the text. */
  readonly rights: Rights;
  /** How much of the article is annotated. Absent if not known. */
  readonly coverage?: Coverage | null;
  /** People and things that the article is about (schema.org about). */
  readonly subjects?: readonly Entity[] | null;
  /** Corrections that the publisher made, oldest first. */
  readonly corrections?: readonly Correction[] | null;
}

/** Publisher of an article (schema.org publisher). */
export interface Publisher {
  /** The publisher's name. */
  readonly name?: string | null;
  /** The publisher's internet domain, without www (RFC 1035). */
  readonly domain?: string | null;
  /** The Wikidata item (Q and a number). Absent unless it is certain. */
  readonly wikidata?: string | null;
}

/** What is allowed with an article's text. It decides which words a publication contains. */
export interface Rights {
  /**
   * SPDX licence identifier of the article's text, LicenseRef- and a name, or NOASSERTION
   * where the licence is not known (SPDX 2.3, annex D).
   */
  readonly license: string;
  /**
   * What may be passed on: the text (full), only words inside quotation marks (quotes), or no
   * words at all (none).
   */
  readonly redistribute: "full" | "quotes" | "none";
  /** Holder of the rights in the text. */
  readonly holder?: string | null;
  /** Notice that the rights holder asks to be kept. */
  readonly notice?: string | null;
}

/** How much of an article is annotated, without which a missing record has no meaning. */
export interface Coverage {
  /**
   * Whether all quotes of the article are records (all), or only a selection (some). Absent
   * where this is not known.
   */
  readonly quotes?: "all" | "some" | null;
  /**
   * Whether all claims of the article are records (all), or only a selection (some). Absent
   * where this is not known.
   */
  readonly claims?: "all" | "some" | null;
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
  /** When it was made: ISO 8601 year, month or day, or an RFC 3339 instant. */
  readonly date?: string | null;
  /** What was corrected. */
  readonly note: string;
}

/** A quote as a flat record: one line or row of the quotes table. */
export interface Quote {
  /** Type of the record. */
  readonly record_type: "quote";
  /** Version of the schema that the record follows. */
  readonly schema_version: "1.0";
  /** Identifier in the corpus: the article's id, a full stop, and the local id. */
  readonly id: string;
  /** Identifier of the article that the record belongs to. */
  readonly article_id: string;
  /**
   * How it is quoted. direct: the words are inside quotation marks, or set off as speech
   * (Pareti et al. 2013). indirect: a clause gives the content in the article's words (Pareti
   * et al. 2013). mixed: indirect, with some of the words inside quotation marks (Pareti et
   * al. 2013). reported: a speech act whose topic or content is given by a phrase, such as in:
   * she condemned the attack (Semino and Short 2004, speech act with topic). free_indirect:
   * sentences of the article continue the speaker's voice without a cue of their own (Brunner
   * et al. 2020).
   */
  readonly type: "direct" | "indirect" | "mixed" | "reported" | "free_indirect";
  /**
   * What is said, as spans in text order; an interrupted quote has several. A span excludes
   * the quotation marks around it, and includes all that is between them.
   */
  readonly content: readonly ContentSpan[];
  /**
   * Whether the article says who speaks. attributed: it identifies the speakers. anonymous: it
   * refers to a speaker without identifying them. unattributed: it does not say. unknown: the
   * record was made without finding out.
   */
  readonly attribution: "attributed" | "anonymous" | "unattributed" | "unknown";
  /** Who says it; several where the statement is a joint one. */
  readonly speakers?: readonly Source[] | null;
  /**
   * Words that mark the quote as somebody's, such as said or according to, in text order
   * (Newell et al. 2018, cue).
   */
  readonly cue?: readonly Span[] | null;
  /** To whom it is said. */
  readonly addressees?: readonly Source[] | null;
  /**
   * Through whom the article has it, such as a news agency. A chain begins with the relay
   * nearest to the speaker.
   */
  readonly relayed_by?: readonly Source[] | null;
  /**
   * How it was said: in speech, in writing or in thought, or more closely, such as in an
   * interview. Absent where the article does not say.
   */
  readonly medium?: "speech" | "writing" | "interview" | "press_conference" | "social_media" | "statement" | "document" | "broadcast" | "thought" | "other" | null;
  /** Place or occasion at which it was said, as the article gives it. */
  readonly venue?: string | null;
  /**
   * When it was said: an ISO 8601 date, which may be partial, an RFC 3339 instant, or an
   * interval such as ../2024-12-10 for earlier than a day (ISO 8601-2, level 1).
   */
  readonly said?: string | null;
  /** Further pages that contain the same quote, beside the article. */
  readonly appearances?: readonly Appearance[] | null;
  /** Identifier of the quote in which this one is nested. */
  readonly within?: string | null;
  /** Relations to other quotes, of the same or other articles. */
  readonly relations?: readonly QuoteRelation[] | null;
  /** Language of the words (BCP 47), where it is not the article's. */
  readonly language?: string | null;
  /** Language in which it was said (BCP 47), if it was translated. */
  readonly translated_from?: string | null;
  /**
   * Whether the record is valid (active), was replaced by another (corrected), or is not valid
   * and has no replacement (withdrawn).
   * @default "active"
   */
  readonly status?: "active" | "corrected" | "withdrawn" | null;
  /** Identifier of the quote that replaces a corrected one. */
  readonly replaced_by?: string | null;
  /** Provenance of the record. */
  readonly annotation: Annotation;
}

/** A span of what a quote says. */
export interface ContentSpan {
  /**
   * The words, character for character as in the article (W3C TextQuoteSelector exact). Absent
   * where the article's rights withhold them.
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
   * SHA-256 (FIPS 180-4) of the words in UTF-8, 64 lower-case hexadecimal digits. Replaces
   * exact where that is withheld.
   */
  readonly sha256?: string | null;
  /**
   * Up to 64 code points of the text just before the span (W3C TextQuoteSelector prefix), with
   * which the span is found again in a changed text.
   */
  readonly prefix?: string | null;
  /**
   * Up to 64 code points of the text just after the span (W3C TextQuoteSelector suffix), with
   * which the span is found again in a changed text.
   */
  readonly suffix?: string | null;
  /**
   * Whether the words are inside quotation marks: a fact of typography. In a translation,
   * words inside quotation marks are not the speaker's own.
   */
  readonly quoted: boolean;
}

/** A person, organization, group or document that speaks, claims, relays or is addressed. */
export interface Source {
  /**
   * The name in its usual full form, on one line. Absent where the article does not name the
   * source.
   */
  readonly name?: string | null;
  /**
   * Kind of the source: a person, an organization (an institution that acts as one), a group
   * (people who are not organized as one, such as residents), or a document. Absent where it
   * is not known.
   */
  readonly kind?: "person" | "organization" | "group" | "document" | null;
  /** The Wikidata item (Q and a number). Absent unless it is certain. */
  readonly wikidata?: string | null;
  /** Office, title or function as the article gives it, and so at that time. */
  readonly role?: string | null;
  /**
   * Where the article names the source, as spans. The first is the mention from which this
   * record knows the source; the others are its further pieces or mentions.
   */
  readonly mentions?: readonly Span[] | null;
  /**
   * How the first mention refers to the source: by name, by a noun phrase (the president), by
   * a pronoun (he), or without any words (implicit).
   */
  readonly reference?: "named" | "nominal" | "pronominal" | "implicit" | null;
}

/**
 * A piece of the article's text: its offsets and its words.
 *
 * Source: W3C Web Annotation Data Model, TextPositionSelector (section 4.2.5) and
 * TextQuoteSelector (section 4.2.4).
 */
export interface Span {
  /**
   * The words, character for character as in the article (W3C TextQuoteSelector exact). Absent
   * where the article's rights withhold them.
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
   * SHA-256 (FIPS 180-4) of the words in UTF-8, 64 lower-case hexadecimal digits. Replaces
   * exact where that is withheld.
   */
  readonly sha256?: string | null;
  /**
   * Up to 64 code points of the text just before the span (W3C TextQuoteSelector prefix), with
   * which the span is found again in a changed text.
   */
  readonly prefix?: string | null;
  /**
   * Up to 64 code points of the text just after the span (W3C TextQuoteSelector suffix), with
   * which the span is found again in a changed text.
   */
  readonly suffix?: string | null;
}

/** A page that contains a statement (schema.org Claim: appearance, firstAppearance). */
export interface Appearance {
  /** Address of the page (RFC 3986). */
  readonly url: string;
  /** A copy in a web archive (RFC 3986). */
  readonly archived_url?: string | null;
  /** When it was published: ISO 8601 year, month or day, or an RFC 3339 instant. */
  readonly published?: string | null;
  /**
   * Whether it is the first known appearance (schema.org firstAppearance). Absent where this
   * is not known.
   */
  readonly first?: boolean | null;
}

/** A relation from this quote to another one, of the same or another article. */
export interface QuoteRelation {
  /**
   * same_statement: both report the same statement of the same speakers, such as two articles
   * on one speech. translation_of: this quote's words translate the other's. paraphrases: this
   * quote puts the other's words differently. answers: this quote replies to the other, which
   * another speaker said.
   */
  readonly type: "same_statement" | "translation_of" | "paraphrases" | "answers";
  /** Identifier of the other quote. */
  readonly quote_id: string;
}

/** Provenance of a record (W3C PROV: agent, activity, derivation). */
export interface Annotation {
  /** Names or pseudonyms of the people who made the record. */
  readonly annotators?: readonly string[] | null;
  /** Made by people, by people with a tool's proposals, or by a tool alone. */
  readonly method: "manual" | "assisted" | "automatic";
  /** Name and version of the tool. */
  readonly tool?: string | null;
  /** Guideline by which the record was made. */
  readonly guideline?: Guideline | null;
  /** How certain the annotators or the tool are, from 0 to 1. */
  readonly confidence?: number | null;
  /** Names or pseudonyms of the people who checked the record. */
  readonly reviewed_by?: readonly string[] | null;
  /** When the record was made: ISO 8601 year, month or day, or an RFC 3339 instant. */
  readonly on?: string | null;
  /** A remark of the annotators, such as the reason for a difficult decision. */
  readonly note?: string | null;
  /** Where the record was imported from, if it was. */
  readonly origin?: Origin | null;
}

/** The annotation guideline that a record follows. */
export interface Guideline {
  /** Name of the guideline. */
  readonly name: string;
  /** Version of the guideline, such as 1.0. */
  readonly version?: string | null;
}

/** Where an imported record comes from. */
export interface Origin {
  /** Name of the dataset that the record was imported from. */
  readonly dataset: string;
  /** Identifier of the record in that dataset. */
  readonly id?: string | null;
  /** Type, class or verdict in that dataset, as written there. */
  readonly label?: string | null;
  /** What else that dataset says and has no field here. */
  readonly fields?: readonly OriginField[] | null;
}

/** A field of the dataset that a record was imported from, without a counterpart here. */
export interface OriginField {
  /** Name of the field in that dataset. */
  readonly name: string;
  /** Its value, as written in that dataset. */
  readonly value: string;
}

/** A claim as a flat record: one line or row of the claims table. */
export interface Claim {
  /** Type of the record. */
  readonly record_type: "claim";
  /** Version of the schema that the record follows. */
  readonly schema_version: "1.0";
  /** Identifier in the corpus: the article's id, a full stop, and the local id. */
  readonly id: string;
  /** Identifier of the article that the record belongs to. */
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
  /**
   * The words of the article that assert the claim, as spans in text order: its own words
   * where the article makes the claim, or the part of the quotes that matters where a source
   * does.
   */
  readonly content?: readonly Span[] | null;
  /**
   * When it was made (schema.org Claim: datePublished): an ISO 8601 date, which may be
   * partial, an RFC 3339 instant, or an interval such as ../2024-12-10 (ISO 8601-2, level 1).
   */
  readonly said?: string | null;
  /**
   * Place or occasion at which it was made, such as a debate or a platform, as the article or
   * dataset gives it.
   */
  readonly venue?: string | null;
  /** Pages on which it was made or repeated, beside the article. */
  readonly appearances?: readonly Appearance[] | null;
  /**
   * What the claim asserts. event: something happened, or began or ended. state: something is
   * or was so for a time: a condition, property, relation, plan or ability. quantity: how many
   * or how much. causal: one thing brought about another. comparison: how two or more things
   * compare, or which is first among them. definition: what a word means. prediction:
   * something will or would happen. opinion: a value judgement. norm: what ought to be done or
   * is allowed. other: none of these. Absent where it was not decided.
   */
  readonly kind?: "event" | "state" | "quantity" | "causal" | "comparison" | "definition" | "prediction" | "opinion" | "norm" | "other" | null;
  /**
   * Whether evidence could show it true or false at the time of annotation. Absent where it
   * was not decided.
   */
  readonly checkable?: boolean | null;
  /**
   * The time that the claim is about: an ISO 8601 date, which may be partial, or an interval
   * of two with a slash, either of them .. where it is open; ~ marks a date as approximate, ?
   * as uncertain, % as both (ISO 8601-2, level 1).
   */
  readonly period?: string | null;
  /** People and things that the claim is about. */
  readonly about?: readonly Entity[] | null;
  /** Relations to other claims. */
  readonly relations?: readonly Relation[] | null;
  /** Published verdicts on it, oldest first. */
  readonly assessments?: readonly Assessment[] | null;
  /**
   * Whether the record is valid (active), was replaced by another (corrected), or is not valid
   * and has no replacement (withdrawn).
   * @default "active"
   */
  readonly status?: "active" | "corrected" | "withdrawn" | null;
  /** Identifier of the claim that replaces a corrected one. */
  readonly replaced_by?: string | null;
  /** Provenance of the record. */
  readonly annotation: Annotation;
}

/** A relation from this claim to another one. */
export interface Relation {
  /**
   * same_as: both claim the same. contradicts: both cannot be true. supports: if this claim is
   * true, the other is more likely. qualifies: this claim limits the other. updates: this
   * claim replaces the other at a later time.
   */
  readonly type: "same_as" | "contradicts" | "supports" | "qualifies" | "updates";
  /** Identifier of the other claim. */
  readonly claim_id: string;
}

/** A published verdict on a claim (schema.org ClaimReview). */
export interface Assessment {
  /** Publisher of the verdict (ClaimReview author). */
  readonly reviewer: string;
  /**
   * Page of the verdict (ClaimReview url, RFC 3986). Absent where the verdict is known only
   * from a dataset.
   */
  readonly url?: string | null;
  /**
   * When it was published (ClaimReview datePublished): ISO 8601 year, month or day, or an RFC
   * 3339 instant.
   */
  readonly published?: string | null;
  /**
   * The verdict on a scale that all assessments share: true; mostly_true (inexact in a
   * detail); mixed (partly true, partly false); mostly_false; false; misleading (true words, a
   * false impression); outdated (true once); unverifiable (the evidence does not decide).
   * Absent where the reviewer's own verdict has no counterpart.
   */
  readonly rating?: "true" | "mostly_true" | "mixed" | "mostly_false" | "false" | "misleading" | "outdated" | "unverifiable" | null;
  /** The verdict in the reviewer's own words (ClaimReview alternateName). */
  readonly original_rating: string;
  /** Reasons for the verdict, in the reviewer's words (schema.org reviewBody). */
  readonly justification?: string | null;
  /** What the verdict rests on. */
  readonly evidence?: readonly Evidence[] | null;
}

/** What a verdict rests on: most often a page, and the question that it answers. */
export interface Evidence {
  /** The page (RFC 3986). Absent where the evidence is not a page, or where none was found. */
  readonly url?: string | null;
  /** A copy in a web archive (RFC 3986). */
  readonly archived_url?: string | null;
  /** Its title, as published. */
  readonly title?: string | null;
  /** When it was published: ISO 8601 year, month or day, or an RFC 3339 instant. */
  readonly published?: string | null;
  /**
   * Whether it supports or refutes the claim, or gives context. Absent where the reviewer does
   * not say.
   */
  readonly stance?: "supports" | "refutes" | "context" | null;
  /** The question that was asked to check the claim (Schlichtkrull et al. 2023). */
  readonly question?: string | null;
  /** The evidence's answer to it, in the reviewer's words. */
  readonly answer?: string | null;
}

/** An article with its quotes and claims, as annotators write it: one file per article. */
export interface Document {
  /** Version of the schema that the document follows. */
  readonly schema_version: "1.0";
  /** Provenance of the records, unless a record has its own. */
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
  /** Publisher of the article. */
  readonly publisher?: Publisher | null;
  /** Names in the byline, in its order. */
  readonly authors?: readonly string[] | null;
  /** When it was published: ISO 8601 year, month or day, or an RFC 3339 instant. */
  readonly published?: string | null;
  /** When the text was retrieved: ISO 8601 year, month or day, or an RFC 3339 instant. */
  readonly retrieved?: string | null;
  /** Language of the text (BCP 47). */
  readonly language: string;
  /** The exact text that spans index. Absent where rights withhold it. */
  readonly text?: string | null;
  /**
   * SHA-256 (FIPS 180-4) of the text in UTF-8, 64 lower-case hexadecimal digits. Needed if any
   * span has offsets.
   */
  readonly text_sha256?: string | null;
  /** Length of the text in Unicode code points. Needed if any span has offsets. */
  readonly text_length?: number | null;
  /** What is allowed with the text. */
  readonly rights: Rights;
  /** How much of the article is annotated. Absent if not known. */
  readonly coverage?: Coverage | null;
  /** People and things that the article is about (schema.org about). */
  readonly subjects?: readonly Entity[] | null;
  /** Corrections that the publisher made, oldest first. */
  readonly corrections?: readonly Correction[] | null;
}

/** A quote of a document's article. */
export interface DocumentQuote {
  /**
   * Identifier in this document, such as q1 or c1: lower-case letters a-z, digits, hyphens and
   * underscores. In the corpus it is ARTICLE.ID.
   */
  readonly id: string;
  /** Provenance of the record, where it differs from the document's. */
  readonly annotation?: Annotation | null;
  /**
   * How it is quoted. direct: the words are inside quotation marks, or set off as speech
   * (Pareti et al. 2013). indirect: a clause gives the content in the article's words (Pareti
   * et al. 2013). mixed: indirect, with some of the words inside quotation marks (Pareti et
   * al. 2013). reported: a speech act whose topic or content is given by a phrase, such as in:
   * she condemned the attack (Semino and Short 2004, speech act with topic). free_indirect:
   * sentences of the article continue the speaker's voice without a cue of their own (Brunner
   * et al. 2020).
   */
  readonly type: "direct" | "indirect" | "mixed" | "reported" | "free_indirect";
  /**
   * What is said, as spans in text order; an interrupted quote has several. A span excludes
   * the quotation marks around it, and includes all that is between them.
   */
  readonly content: readonly ContentSpan[];
  /**
   * Whether the article says who speaks. attributed: it identifies the speakers. anonymous: it
   * refers to a speaker without identifying them. unattributed: it does not say. unknown: the
   * record was made without finding out.
   */
  readonly attribution: "attributed" | "anonymous" | "unattributed" | "unknown";
  /** Who says it; several where the statement is a joint one. */
  readonly speakers?: readonly Source[] | null;
  /**
   * Words that mark the quote as somebody's, such as said or according to, in text order
   * (Newell et al. 2018, cue).
   */
  readonly cue?: readonly Span[] | null;
  /** To whom it is said. */
  readonly addressees?: readonly Source[] | null;
  /**
   * Through whom the article has it, such as a news agency. A chain begins with the relay
   * nearest to the speaker.
   */
  readonly relayed_by?: readonly Source[] | null;
  /**
   * How it was said: in speech, in writing or in thought, or more closely, such as in an
   * interview. Absent where the article does not say.
   */
  readonly medium?: "speech" | "writing" | "interview" | "press_conference" | "social_media" | "statement" | "document" | "broadcast" | "thought" | "other" | null;
  /** Place or occasion at which it was said, as the article gives it. */
  readonly venue?: string | null;
  /**
   * When it was said: an ISO 8601 date, which may be partial, an RFC 3339 instant, or an
   * interval such as ../2024-12-10 for earlier than a day (ISO 8601-2, level 1).
   */
  readonly said?: string | null;
  /** Further pages that contain the same quote, beside the article. */
  readonly appearances?: readonly Appearance[] | null;
  /** Identifier of the quote in which this one is nested. */
  readonly within?: string | null;
  /** Relations to other quotes, of the same or other articles. */
  readonly relations?: readonly QuoteRelation[] | null;
  /** Language of the words (BCP 47), where it is not the article's. */
  readonly language?: string | null;
  /** Language in which it was said (BCP 47), if it was translated. */
  readonly translated_from?: string | null;
  /**
   * Whether the record is valid (active), was replaced by another (corrected), or is not valid
   * and has no replacement (withdrawn).
   * @default "active"
   */
  readonly status?: "active" | "corrected" | "withdrawn" | null;
  /** Identifier of the quote that replaces a corrected one. */
  readonly replaced_by?: string | null;
}

/** A claim of a document's article. */
export interface DocumentClaim {
  /**
   * Identifier in this document, such as q1 or c1: lower-case letters a-z, digits, hyphens and
   * underscores. In the corpus it is ARTICLE.ID.
   */
  readonly id: string;
  /** Provenance of the record, where it differs from the document's. */
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
  /**
   * The words of the article that assert the claim, as spans in text order: its own words
   * where the article makes the claim, or the part of the quotes that matters where a source
   * does.
   */
  readonly content?: readonly Span[] | null;
  /**
   * When it was made (schema.org Claim: datePublished): an ISO 8601 date, which may be
   * partial, an RFC 3339 instant, or an interval such as ../2024-12-10 (ISO 8601-2, level 1).
   */
  readonly said?: string | null;
  /**
   * Place or occasion at which it was made, such as a debate or a platform, as the article or
   * dataset gives it.
   */
  readonly venue?: string | null;
  /** Pages on which it was made or repeated, beside the article. */
  readonly appearances?: readonly Appearance[] | null;
  /**
   * What the claim asserts. event: something happened, or began or ended. state: something is
   * or was so for a time: a condition, property, relation, plan or ability. quantity: how many
   * or how much. causal: one thing brought about another. comparison: how two or more things
   * compare, or which is first among them. definition: what a word means. prediction:
   * something will or would happen. opinion: a value judgement. norm: what ought to be done or
   * is allowed. other: none of these. Absent where it was not decided.
   */
  readonly kind?: "event" | "state" | "quantity" | "causal" | "comparison" | "definition" | "prediction" | "opinion" | "norm" | "other" | null;
  /**
   * Whether evidence could show it true or false at the time of annotation. Absent where it
   * was not decided.
   */
  readonly checkable?: boolean | null;
  /**
   * The time that the claim is about: an ISO 8601 date, which may be partial, or an interval
   * of two with a slash, either of them .. where it is open; ~ marks a date as approximate, ?
   * as uncertain, % as both (ISO 8601-2, level 1).
   */
  readonly period?: string | null;
  /** People and things that the claim is about. */
  readonly about?: readonly Entity[] | null;
  /** Relations to other claims. */
  readonly relations?: readonly Relation[] | null;
  /** Published verdicts on it, oldest first. */
  readonly assessments?: readonly Assessment[] | null;
  /**
   * Whether the record is valid (active), was replaced by another (corrected), or is not valid
   * and has no replacement (withdrawn).
   * @default "active"
   */
  readonly status?: "active" | "corrected" | "withdrawn" | null;
  /** Identifier of the claim that replaces a corrected one. */
  readonly replaced_by?: string | null;
}

/** The file corpus.yaml: what is said about a corpus as a whole. */
export interface CorpusInfo {
  /** Name of the corpus (DataCite: title). */
  readonly title: string;
  /** Version of the corpus, such as 1.2.0 (DataCite: version). */
  readonly version: string;
  /** What it contains and how it was made (DataCite: description). */
  readonly description: string;
  /** SPDX licence identifier of the annotations; each article's text has its own. */
  readonly license: string;
  /** How to cite it, as text or BibTeX. */
  readonly citation: string;
  /** Page about the corpus, or its address (schema.org url). */
  readonly url?: string | null;
  /** Who made the corpus, in order (DataCite: creator). */
  readonly creators?: readonly Creator[] | null;
  /** Day on which this version was published, YYYY-MM-DD (schema.org datePublished). */
  readonly date_published?: string | null;
  /** How the articles were chosen and collected (Croissant RAI: dataCollection). */
  readonly collection?: string | null;
  /** Known limits, and what the corpus should not be used for (Croissant RAI: dataLimitations). */
  readonly limitations?: string | null;
  /**
   * Tasks that the corpus serves, such as token-classification (Hugging Face Hub:
   * task_categories).
   */
  readonly task_categories?: readonly string[] | null;
  /** Datasets that it was made from, or original (Hugging Face Hub: source_datasets). */
  readonly source_datasets?: readonly string[] | null;
}

/** A person or organization that made a corpus (DataCite: creator). */
export interface Creator {
  /** The name in its usual full form, on one line. */
  readonly name: string;
  /** A person or an organization (DataCite: nameType). */
  readonly kind: "person" | "organization";
  /** Home page (schema.org url). */
  readonly url?: string | null;
  /** ORCID iD of a person, as a web address. */
  readonly orcid?: string | null;
  /** Organization that the person works for (DataCite: affiliation). */
  readonly affiliation?: string | null;
}
