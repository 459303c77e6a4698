# What the rows of dnf.yaml begin with: a repository of toys (alpha 1.0 and 2.0, beta which requires alpha, gamma which recommends delta,
# broken which requires what nobody has, and the group and environment of comps.xml), and an empty folder root into which dnf installs.
pkg() {
	cat > spec <<END
Name: $1
Version: $2
Release: 1
Summary: a toy
License: MIT
BuildArch: noarch
$3
%description
a toy
%files
END
	rpmbuild -bb -D "_topdir $PWD/build" -D "_rpmdir $PWD/repo" -D "_rpmfilename %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm" --quiet spec > /dev/null 2>&1
	rm spec
}
mkdir build repo root repos.d
pkg alpha 1.0; pkg alpha 2.0; pkg beta 1.0 "Requires: alpha"; pkg gamma 1.0 "Recommends: delta"; pkg delta 1.0; pkg broken 1.0 "Requires: nosuchthing"
pkg heir 1.0 "Provides: virtual = 1"
cat > repo/comps.xml <<'END'
<?xml version="1.0"?><!DOCTYPE comps PUBLIC "-//Red Hat, Inc.//DTD Comps info//EN" "comps.dtd">
<comps>
<group><id>box</id><name>Toy Box</name><description>toys</description><default>true</default><uservisible>true</uservisible>
<packagelist><packagereq type="mandatory">alpha</packagereq><packagereq type="default">delta</packagereq><packagereq type="optional">beta</packagereq></packagelist></group>
<environment><id>room</id><name>Toy Room</name><description>room</description><display_order>1</display_order><grouplist><groupid>box</groupid></grouplist></environment>
</comps>
END
cat > updateinfo.xml <<'END'
<?xml version="1.0"?>
<updates><update from="x" status="final" type="security" version="1"><id>TOY-1</id><title>t</title><issued date="2020-01-01 00:00:00"/><updated date="2020-01-01 00:00:00"/><severity>Low</severity><summary>s</summary><description>d</description><references/>
<pkglist><collection short="t"><name>t</name><package name="alpha" version="2.0" release="1" epoch="0" arch="noarch" src="alpha.src.rpm"><filename>alpha-2.0-1.noarch.rpm</filename></package></collection></pkglist></update></updates>
END
createrepo_c -q -g comps.xml repo
modifyrepo_c updateinfo.xml repo/repodata > /dev/null 2>&1
rm updateinfo.xml
cp -r repo other
for name in reposdir=$DIR/repos.d cachedir=$DIR/cache logdir=$DIR/log persistdir=$DIR/persist pluginpath=$DIR/plugins pluginconfpath=$DIR/pluginconf varsdir=$DIR/vars gpgcheck=0; do echo $name; done | sed '1i[main]' > dnf.conf
printf '[toys]\nname=toys\nbaseurl=file://%s/repo\nenabled=1\n' $DIR > repos.d/toys.repo
printf '[off]\nname=off\nbaseurl=file://%s/other\nenabled=0\n' $DIR > repos.d/off.repo
toy() { dnf -q -y -c dnf.conf --installroot $DIR/root --releasever 1 --nogpgcheck "$@" > /dev/null 2>&1; }
