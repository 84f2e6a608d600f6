// A counted copy goes to the printer as soon as its pictures are there.
if (document.readyState === "complete") print();
else addEventListener("load", () => print());
