# What the rows of pip.yaml begin with: wheels of alpha (1.0, 1.5, 2.0) and beta-x in w, and, in d, an environment with alpha 1.0 (venv).
unset PIP_FIND_LINKS PIP_INDEX_URL
mkdir w
python3 - <<'END'
import zipfile
def wheel(name, version, requires=()):
    info = '%s-%s.dist-info' % (name, version)
    files = {name + '.py': 'version = %r\n' % version, info + '/WHEEL': 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n'}
    files[info + '/METADATA'] = 'Metadata-Version: 2.1\nName: %s\nVersion: %s\n' % (name.replace('_', '-'), version)
    files[info + '/METADATA'] += ''.join('Requires-Dist: %s\n' % each for each in requires)
    files[info + '/RECORD'] = ''.join(each + ',,\n' for each in files) + info + '/RECORD,,\n'
    with zipfile.ZipFile('w/%s-%s-py3-none-any.whl' % (name, version), 'w') as archive:
        for path, text in files.items():
            entry = zipfile.ZipInfo(path, (2020, 1, 2, 3, 4, 6))
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, text)
for version in ('1.0', '1.5', '2.0'):
    wheel('alpha', version)
wheel('beta_x', '1.0', ['alpha>=1'])
END
# An environment that has the system's pip, outside of its packages, and the wheels that are named (alpha-1.0 …).
venv() {
	site=d/lib/python$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')/site-packages
	mkdir -p d/bin d/system $site
	ln -s /usr/bin/python3 d/bin/python
	printf 'home = /usr/bin\ninclude-system-site-packages = false\n' > d/pyvenv.cfg
	touch d/bin/activate
	ln -s "$(python3 -c 'import os, pip; print(os.path.dirname(pip.__file__))')" d/system/pip
	printf '#!%s/d/bin/python -I\nimport sys\nsys.path.append("%s/d/system")\nfrom pip._internal.cli.main import main\nsys.exit(main())\n' $DIR $DIR > d/bin/pip3
	chmod 755 d/bin/pip3
	cp d/bin/pip3 d/bin/pip
	touch $site/stays # pip removes folders that it empties
	for wheel; do python3 -m zipfile -e w/$wheel-py3-none-any.whl $site; done
}
