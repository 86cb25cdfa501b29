// What a pane showed last, for as long as the tab is open.

export function remembered(name, first) {
  const saved = sessionStorage.getItem(name);
  const value = { ...first, ...(saved ? JSON.parse(saved) : {}) };
  return {
    value,
    save: () => sessionStorage.setItem(name, JSON.stringify(value)),
  };
}
