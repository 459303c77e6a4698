"""Version control, for the git module.

repository  a git work tree (or bare repository) on this host, and the remote one it follows
ssh         how git reaches a remote repository over ssh
"""
