# What the rows of patch.yaml begin with: a patch p for the file f, which changes its second line.
printf 'one\ntwo\nthree\n' > f
printf -- '--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n' > p
applied() { printf 'one\n2\nthree\n' > f; }
