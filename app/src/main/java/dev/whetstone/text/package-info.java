/// Everything about language. Text enters; its language, sentences and terms leave. Never: a term
/// that an engine analysed itself, or a second place that decides on one of these.
///
/// | question | class |
/// |---|---|
/// | which language is it? | [LanguageDetector] |
/// | where do its sentences end? | [Sentences] |
/// | which terms does BM25 count? | [Analyzers] |
/// | which terms say what it is about? | [ContentTerms] |
/// | which words are in it? | [Word] |
///
/// All of them read one table, [Language]: a row is a language's code, the version of the analysis
/// that brought its chain, the chain (what is written in one with a word, stop words, accents,
/// stemmer, all from Lucene), how text without spaces becomes words, the function words, and the
/// abbreviations after which a full stop ends no sentence. A language without a row has the chain
/// of Unicode's words in lower case, with and without their accents.
///
/// # Adding a language
///
/// 1. Add a row. For a language of the Latin script that is all that detection needs: it counts the
///    row's function words. For another script, name it in [LanguageDetector].
/// 2. Where passages of this language were indexed before (with the plain chain), give the row the
///    next [Analyzers#VERSION] as its `since`, and add the plain chain to `EarlierAnalyses`, so
///    that older indexes are asked with the terms that they hold. Only indexes with passages of the
///    language are built anew.
/// 3. Add its facts to `LanguagesTest` (paragraphs to detect, sentences, an inflected word), and to
///    the contract of the engines.
///
/// Changing a chain is step 2 with the former chain. Changing an abbreviation or a rule of
/// [Sentences] needs a new [Sentences#VERSION], under which vectors of sentences are stored.
@NullMarked
package dev.whetstone.text;

import org.jspecify.annotations.NullMarked;
