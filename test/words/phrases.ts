/** A phrase that readers stumble over. */
export interface Phrase {
  pattern: RegExp;
  /** The words to write instead. */
  instead: string;
}

/** Phrases that neither the documentation nor a message has, as the style rules ask: short words, standard terms, active voice. */
export const phrases: readonly Phrase[] = [
  { pattern: /\bcan['’]t\b/i, instead: 'cannot' },
  { pattern: /\bcan not\b/i, instead: 'cannot' },
  {
    pattern: /\b(?:is|are|was|do|does|did|has|have|would|could|should|wo)n['’]t\b/i,
    instead: 'is not, does not, has not',
  },
  { pattern: /\bobtain(?:s|ed|ing)?\b/i, instead: 'get, download' },
  { pattern: /\b(?:is|are|was|were|be) had\b/i, instead: 'is available' },
  { pattern: /\bout of reach\b/i, instead: 'not available' },
  { pattern: /\bwhatever\b/i, instead: 'name the thing, or: any' },
  { pattern: /\b(?:in|from) the field\b(?! `)/i, instead: 'in production' },
  { pattern: /\bso and so\b/i, instead: 'the number, or: a number of' },
  { pattern: /\bnobody\b/i, instead: 'no one, or an active sentence' },
  { pattern: /\blets? go of\b/i, instead: 'close, release' },
  { pattern: /\bmeanwhile\b/i, instead: 'during that time' },
  { pattern: /\butili[sz]e/i, instead: 'use' },
  { pattern: /\bin order to\b/i, instead: 'to' },
  { pattern: /\bplease note\b/i, instead: 'leave it out' },
  { pattern: /\bit should be noted\b/i, instead: 'leave it out' },
  { pattern: /\b(?:simply|obviously)\b/i, instead: 'leave it out' },
];
