# What the rows of expect.yaml begin with: a program that asks for a name and a password, and one that asks three times.
printf '#!/bin/sh\nprintf "Name: "; read n; printf "Pass: "; stty -echo; read p; stty echo; echo; echo "got $n $p"; exit ${1:-0}\n' > ask
printf '#!/bin/sh\nfor i in 1 2 3; do printf "Q: "; read x; echo "=$x"; done\n' > loop
chmod 755 ask loop
