// A receipt stands behind the # of an address and never reaches the server: links that lead to its
// check take it along as the visitor brought it.
for (const link of document.querySelectorAll("a[data-keep-fragment]")) {
  if (location.hash.startsWith("#FT1.")) link.hash = location.hash;
}
