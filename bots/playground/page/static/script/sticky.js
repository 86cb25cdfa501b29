// Keeps a list at its newest message while the reader is there, and leaves it alone when they scrolled up.

const NEAR = 90;

export function sticky(list) {
  let atEnd = true;
  const follow = () => {
    if (atEnd) list.scrollTop = list.scrollHeight;
  };
  list.addEventListener("scroll", () => {
    atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR;
  });
  new MutationObserver(follow).observe(list, { childList: true, subtree: true, characterData: true });
  new ResizeObserver(follow).observe(list);
  return {
    toEnd() {
      atEnd = true;
      follow();
    },
  };
}
