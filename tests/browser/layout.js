// What of a page cannot be read: texts that lie over each other, that are cut, that are outside of the window, and the
// words that are small. Called with the smallest size in pixels.
(smallest) => {
  const isClipped = (element) => element && (getComputedStyle(element).clipPath === "inset(50%)" || isClipped(element.parentElement));
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(".skip") && !isClipped(element);
  const shortening = (element) => element && (getComputedStyle(element).textOverflow === "ellipsis" ? element : shortening(element.parentElement));
  const common = (one, other) => {
    const [left, top] = [Math.max(one.left, other.left), Math.max(one.top, other.top)];
    return new DOMRect(left, top, Math.min(one.right, other.right) - left, Math.min(one.bottom, other.bottom) - top);
  };
  const texts = [];
  const words = { all: 0, small: 0 };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    const said = node.data.trim();
    if (!said || parent.closest("script, style, option")) continue;
    const number = said.split(/\s+/).length;
    words.all += number;
    if (parseFloat(getComputedStyle(parent).fontSize) < smallest) words.small += number;
    if (!isShown(parent)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const [first, ...more] = [...range.getClientRects()].filter((box) => box.width > 1 && box.height > 1);
    const shortened = shortening(parent)?.getBoundingClientRect(); // the rest of the text is where nobody sees it
    if (first) texts.push({ box: shortened ? common(first, shortened) : first, parent, said });
    if (!shortened) texts.push(...more.map((box) => ({ box, parent, said })));
  }
  const isStuck = (element) => element.closest(".lanes, .slim, .news, .ended, .below");
  const scrolls = (element) => element.closest(".wide, .ladder, .panel, pre");
  const name = ({ parent, said }) => `${parent.tagName.toLowerCase()}.${parent.className} “${said.slice(0, 40)}”`;
  const found = [];
  for (const text of texts) {
    if (!scrolls(text.parent) && (text.box.right > innerWidth + 1 || text.box.left < -1)) found.push(`outside: ${name(text)}`);
    for (let box = text.parent; box && box !== document.body; box = box.parentElement) {
      const style = getComputedStyle(box);
      if (!["hidden", "clip"].includes(style.overflowX) || style.textOverflow === "ellipsis") continue;
      if (text.box.right > box.getBoundingClientRect().right + 1) found.push(`cut: ${name(text)}`);
    }
  }
  for (let n = 0; n < texts.length; n++) {
    for (let m = n + 1; m < texts.length; m++) {
      const [one, other] = [texts[n], texts[m]];
      const width = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const height = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      if (width < 3 || height < 6 || isStuck(one.parent) || isStuck(other.parent)) continue;
      if (scrolls(one.parent) !== scrolls(other.parent)) continue; // what scrolls lies over nothing but itself
      found.push(`over each other: ${name(one)} and ${name(other)}`);
    }
  }
  if (document.documentElement.scrollWidth > innerWidth) found.push(`wider than the window: ${document.documentElement.scrollWidth}`);
  return { found: [...new Set(found)], words };
}
