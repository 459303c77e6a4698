"""The library paramiko, if it is there."""
try:
    import paramiko
except Exception as e:  # it breaks in many ways where its own libraries are of other versions
    paramiko, PARAMIKO_IMPORT_ERR = None, e
else:
    PARAMIKO_IMPORT_ERR = None
