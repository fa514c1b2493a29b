/**
 * Ant Design writes its styles into <style> elements while it runs, which a policy of `style-src 'self'` forbids.
 * Constructed style sheets are made by script, and so fall under `script-src`. This makes the one from the other: a
 * <style> bound for <head> goes to a wardrobe outside the document instead, where no policy is asked, and its text is
 * applied as a constructed sheet in the wardrobe's order. rc-util, which does the inserting, looks for its styles
 * where the first of them really went (its containerCache), and so finds, changes and removes them as ever.
 */
export function adoptStyles(): void {
  const head = document.head;
  const wardrobe = document.createElement("div");
  const sheets = new WeakMap<Node, { text: string; sheet: CSSStyleSheet }>();

  function sheetOf(style: Node): CSSStyleSheet {
    const text = style.textContent ?? "";
    const known = sheets.get(style);
    if (known?.text === text) return known.sheet;
    const sheet = known?.sheet ?? new CSSStyleSheet();
    sheet.replaceSync(text);
    sheets.set(style, { text, sheet });
    return sheet;
  }

  function wear(): void {
    document.adoptedStyleSheets = [...wardrobe.children].map(sheetOf);
  }

  const insertBefore = head.insertBefore.bind(head);
  const removeChild = head.removeChild.bind(head);
  head.insertBefore = <T extends Node>(node: T, before: Node | null): T => {
    if (!(node instanceof HTMLStyleElement)) return insertBefore(node, before);
    const place = before === null || before.parentNode === wardrobe ? before : wardrobe.firstChild;
    wardrobe.insertBefore(node, place);
    // At once, so that what is measured in the same tick is already dressed.
    if (node.textContent) wear();
    return node;
  };
  head.appendChild = <T extends Node>(node: T): T => head.insertBefore(node, null);
  head.removeChild = <T extends Node>(node: T): T =>
    node.parentNode === wardrobe ? wardrobe.removeChild(node) : removeChild(node);
  // A text changed in place, and whatever is taken out; before the next frame is drawn.
  new MutationObserver(wear).observe(wardrobe, { childList: true, characterData: true, subtree: true });

  // A text area that grows is measured by a twin, which is dressed by its attribute; the CSSOM may, the attribute may not.
  const setAttribute = HTMLTextAreaElement.prototype.setAttribute;
  HTMLTextAreaElement.prototype.setAttribute = function (name: string, value: string): void {
    if (name === "style") this.style.cssText = value;
    else setAttribute.call(this, name, value);
  };
}
