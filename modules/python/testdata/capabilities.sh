# What the rows of capabilities.yaml begin with: a program f.
touch f
