// Package parity judges goplay by the reference, ansible-playbook itself.
//
// testdata has one txtar file a row: a playbook with what it needs, and in its comment how
// it is run:
//
//	# Words on what the row shows.
//	run: site.yml -v          one ansible-playbook command line; several run one after another
//	each: uses site.yml -i h  a run for each entry of the table uses, which takes the place of @@ in site.yml;
//	                          lines of it that begin with "+ " belong to the entry above them
//	run: ansible-vault view x another program of the reference; goplay's is its command vault
//	lab: 2 deploy             needs two lab hosts; the file "hosts" is their inventory
//	container: docker         needs a container of that kind, named by $GOPLAY_CONTAINER
//	windows: yes              needs a Windows machine (internal/windows) at 127.0.0.1, on the port $GOPLAY_WINDOWS_PORT; ann's password is pw
//	exec: inventory.sh        files that are made executable
//	env: ANSIBLE_FORKS=5      added to the environment
//	stdin: yes                a line of standard input
//	needs: root               what the row's results depend on: root, or collections (those of the reference, for both)
//	tree: out                 the folder whose content is a result (the default), or "no"
//	ignore: REGEXP => TEXT    what may differ, beyond what always may (see normal.go)
//	unordered: yes            hosts answer in any order; a task's result lines are sorted (or the numbers of the runs: 2 4)
//	stderr: no                standard error is not compared
//	deviation: REASON         goplay means to differ here; both outputs are recorded
//
// A row runs in a fresh folder, named /ROW in the records, on fresh hosts. Its outcome is
// each run's standard output, standard error and exit code, the content of the folder out,
// and what changed in the hosts' file systems.
//
// What the reference gave stands beside the row in a .golden file with the reference's
// version. The ordinary test compares goplay with these records. With -live the reference
// runs too, and both the records and goplay are compared with what it gives now; in CI this
// is done for a tenth of the rows, another one each day. With -record the records are written.
package parity
