# What the rows of pam_limits.yaml begin with: a limits.conf l.
printf '# c\njoe soft nofile 64000\njoe\thard\tnproc\t100\t# by hand\n@g - rss unlimited\n\n# End of file' > l
