export {
  type Asked,
  type Decision,
  decide,
  deniedEvents,
  type FailedClaim,
  type FoundRule,
  findRule,
  type Grant,
  type Judgement,
  judge,
} from "./decide.ts";
export {
  type Claims,
  type Matcher,
  matchesClaim,
  type Rule,
  type RuleGrant,
  type RuleQuotas,
  type Rules,
} from "./rule.ts";
