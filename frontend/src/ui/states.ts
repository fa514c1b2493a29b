import i18n from "i18next";

/** States of a resource as options of a choice, in the person's language. Call it while drawing, so that it follows the language. */
export function statesOf(resource: string, states: string[]): { value: string; label: string }[] {
  return states.map((state) => ({
    value: state,
    label: i18n.t([`states:${resource}.${state}`, `states:any.${state}`], { defaultValue: state }),
  }));
}
