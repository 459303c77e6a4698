# Keys for the rows of authorized_key.yaml, which change the files of somebody who runs the tests: root.
K1=AAAAC3NzaC1lZDI1NTE5AAAAIKSW0BBBqkWnmbJmPUjB9qbcTBCWtkcc1ms6kbBfbZxO
K2=AAAAC3NzaC1lZDI1NTE5AAAAIBFgJDqXb+iEbGhGGFLGJUYwzmy4QhbrcBZSCIrcgxJ1
keys() { printf 'ssh-ed25519 %s one@host\n' $K1 > k; }
