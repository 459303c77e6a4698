"""xml: look into files of XML, and change them, by XPath."""
import json
import os
import re
from io import BytesIO

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible.module_utils.common.text.converters import to_bytes, to_native
from ansible.module_utils.compat.version import LooseVersion

try:
    from lxml import etree
except ImportError:
    etree = None

ARGUMENTS = dict(
    path=dict(type='path', aliases=['dest', 'file']),
    xmlstring=dict(type='str'),
    xpath=dict(type='str'),
    namespaces=dict(type='dict', default={}),
    state=dict(type='str', default='present', choices=['absent', 'present'], aliases=['ensure']),
    value=dict(type='raw'),
    attribute=dict(type='raw'),
    add_children=dict(type='list', elements='raw'),
    set_children=dict(type='list', elements='raw'),
    count=dict(type='bool', default=False),
    print_match=dict(type='bool', default=False),
    pretty_print=dict(type='bool', default=False),
    content=dict(type='str', choices=['attribute', 'text']),
    input_type=dict(type='str', default='yaml', choices=['xml', 'yaml']),
    backup=dict(type='bool', default=False),
    strip_cdata_tags=dict(type='bool', default=False),
    insertbefore=dict(type='bool', default=False),
    insertafter=dict(type='bool', default=False),
)

# The last step of a path that can be made: the path before it, and what the step says.
ATTRIBUTE = re.compile(r"^(?P<parent>.*)/@(?P<name>[^\W\d][\w:.-]*)(=(?P<quote>['\"])(?P<value>.*)(?P=quote))?$")
TEXT = re.compile(r"^(?P<parent>.*)/text\(\)=(?P<quote>['\"])(?P<value>.*)(?P=quote)$")
PREDICATE = re.compile(r'^(?P<parent>.*?)\[(?P<conditions>.*)\]$')
ELEMENT = re.compile(r'^(?P<parent>.*)/(?P<name>[^\W\d][\w:.-]*)$')


def is_element(match):
    """Whether something that a path found has a name: no attribute, text or comment."""
    return isinstance(match, etree._Element) and isinstance(match.tag, str)


def is_node(matches):
    return isinstance(matches, list) and bool(matches) and isinstance(matches[0], etree._Element)


def shown(tree):
    """A tree, for messages."""
    return etree.tostring(tree, pretty_print=True)


class Document:
    """The document, and what is done with it."""

    def __init__(self, module):
        self.module, self.params = module, module.params
        self.xpath, self.namespaces = self.params['xpath'], self.params['namespaces']
        self.tree = self.parse()
        self.before = self.text(pretty=True) if module._diff else None

    # the document as a whole

    def parse(self):
        name, source = 'xml_string', None
        if self.params['xmlstring'] is not None:
            source = BytesIO(to_bytes(self.params['xmlstring'], errors='surrogate_or_strict'))
        elif os.path.isfile(self.params['path']):
            name = source = self.params['path']
        else:
            self.module.fail_json(msg="The target XML source '%s' does not exist." % self.params['path'])
        parser = etree.XMLParser(remove_blank_text=self.params['pretty_print'], strip_cdata=self.params['strip_cdata_tags'])
        try:
            return etree.parse(source, parser)
        except etree.XMLSyntaxError as e:
            self.module.fail_json(msg='Error while parsing document: %s (%s)' % (name, e))

    def text(self, pretty=None):
        pretty = self.params['pretty_print'] if pretty is None else pretty
        return etree.tostring(self.tree, xml_declaration=True, encoding='UTF-8', pretty_print=pretty)

    def finish(self, changed, **result):
        """End with a result; the document is written if it is another one than before."""
        if self.xpath is not None:
            result['actions'] = dict(xpath=self.xpath, namespaces=self.namespaces, state=self.params['state'])
        result['changed'] = changed
        if changed and self.before is not None:
            result['diff'] = dict(before=to_native(self.before), after=to_native(self.text(pretty=True)))
        if self.params['xmlstring'] is not None:
            result['xmlstring'] = to_native(self.text())
        elif changed and not self.module.check_mode:
            result.update(self.write())
        self.module.exit_json(**result)

    def write(self):
        path, kept = self.params['path'], {}
        if self.params['backup']:
            kept['backup_file'] = self.module.backup_local(path)
        self.tree.write(path, xml_declaration=True, encoding='UTF-8', pretty_print=self.params['pretty_print'])
        return kept

    def formatted(self):
        """The document in the form that pretty_print gives it."""
        same = False
        if self.params['path']:
            with open(self.params['path'], 'rb') as f:
                same = f.read() == self.text()
        self.before = None
        self.finish(not same)

    # what is found

    def find(self):
        try:
            return self.tree.xpath(self.xpath, namespaces=self.namespaces)
        except (etree.XPathError, TypeError) as e:
            self.fail_at(e)

    def fail_at(self, error):
        self.module.fail_json(msg='Xpath %s causes a failure: %s\n  -- tree is %s' % (self.xpath, error, shown(self.tree)))

    def count(self):
        try:
            number = int(self.tree.xpath('count(%s)' % self.xpath, namespaces=self.namespaces))
        except etree.XPathError as e:
            self.fail_at(e)
        self.finish(False, count=number, msg='found %d nodes' % number)

    def print_matches(self):
        matches = self.find()
        if matches and not is_node(matches):
            self.fail_no_node()
        paths = [self.tree.getpath(match) for match in matches]
        self.finish(False, matches=[], msg="selector '%s' match: %s" % (self.xpath, json.dumps(paths)))

    def fail_no_node(self):
        self.module.fail_json(msg='Xpath %s does not reference a node!' % self.xpath)

    def contents(self):
        matches = self.find()
        if not is_node(matches) or not all(map(is_element, matches)):
            self.fail_no_node()
        if self.params['content'] == 'text':
            found = [{match.tag: match.text} for match in matches]
        else:
            found = [{match.tag: dict(match.attrib)} for match in matches]
        self.finish(False, matches=found, msg=len(found), count=len(found))

    # what is changed

    def delete(self):
        changed = False
        try:
            for match in self.tree.xpath(self.xpath, namespaces=self.namespaces):
                if isinstance(match, etree._Element):
                    match.getparent().remove(match)
                else:
                    match.getparent().attrib.pop(match.attrname)
                changed = True
        except Exception as e:
            self.module.fail_json(msg="Couldn't delete xpath target: %s (%s)" % (self.xpath, e))
        self.finish(changed)

    def add_children(self):
        children, matches = self.made(self.params['add_children']), self.find()
        if not is_node(matches):
            self.finish(False)
        if self.params['insertbefore'] or self.params['insertafter']:
            self.insert(matches, children)
        else:
            for match in matches:
                match.extend(children)
        self.finish(True)

    def insert(self, matches, children):
        beside = matches[0] if self.params['insertbefore'] else matches[-1]
        parent = beside.getparent()
        if parent is None:
            self.module.fail_json(msg='Xpath %s references the root, which can have no siblings' % self.xpath)
        at = parent.index(beside) + (0 if self.params['insertbefore'] else 1)
        for child in reversed(children):
            parent.insert(at, child)

    def set_children(self):
        children, changed = self.made(self.params['set_children']), False
        wanted = [etree.tostring(child) for child in children]
        matches = self.find()
        if matches and not is_node(matches):
            self.fail_no_node()
        for match in matches:
            if [etree.tostring(child).strip() for child in match] == wanted:
                continue
            for child in list(match):
                match.remove(child)
            match.extend(children)
            changed = True
        self.finish(changed)

    def made(self, children):
        if self.params['input_type'] == 'xml':
            return [self.read(child) for child in children]
        return [self.element(child) for child in children]

    def read(self, child):
        try:
            return etree.fromstring(child if isinstance(child, str) else str(child))
        except etree.XMLSyntaxError as e:
            self.module.fail_json(msg='Error while parsing child element: %s' % e)

    def element(self, child):
        """An element of its description: its name, or its name with its text or with its attributes, text and children."""
        if isinstance(child, str):
            return self.named(child)
        if not isinstance(child, dict):
            self.module.fail_json(msg='Invalid child type: %s. Children must be either strings or hashes.' % type(child))
        if len(child) != 1:
            self.module.fail_json(msg='Can only create children from hashes with one key')
        (name, content), = child.items()
        element = self.named(name)
        if not isinstance(content, dict):
            element.text = as_text(content)
            return element
        for key, value in content.items():
            if key == '+value':
                element.text = as_text(value)
            elif key == '_':
                self.populate(element, value)
            else:
                element.set(key, as_text(value))
        return element

    def populate(self, element, children):
        if not isinstance(children, list):
            self.module.fail_json(msg='Invalid children type: %s, must be list.' % type(children))
        element.extend([self.element(child) for child in children])

    def named(self, name):
        try:
            return etree.Element(name)
        except ValueError as e:
            self.module.fail_json(msg=to_native(e))

    def ensure(self):
        """Have what the path says; attributes that it ends with are empty ones."""
        self.finish(self.made_sure())

    def made_sure(self):
        matches = self.find()
        if matches and not isinstance(matches, list):
            self.fail_at("'%s' object is not subscriptable" % type(matches).__name__)
        try:
            return not is_node(matches) and self.spawn(self.tree, self.xpath)
        except etree.XPathError as e:
            self.fail_at(e)

    def set_value(self):
        changed, matches = self.made_sure(), self.find()
        if not is_node(matches):
            self.module.fail_json(msg='Xpath %s does not reference a node! tree is %s' % (self.xpath, shown(self.tree)))
        value = as_text(self.params['value'])
        for match in filter(is_element, matches):
            if self.params['attribute']:
                changed = self.set_attribute(match, as_text(self.params['attribute']), value) or changed
            elif match.text != value:
                match.text, changed = value, True
        self.finish(changed)

    def set_attribute(self, node, name, value):
        name = self.qualified(name)
        if node.get(name) == value:
            return False
        try:
            node.set(name, value)
        except ValueError as e:
            self.module.fail_json(msg=to_native(e))
        return True

    def qualified(self, name):
        """A name as lxml has it, by the namespace that its prefix stands for."""
        prefix, colon, rest = name.rpartition(':')
        if not colon or name.startswith('{'):
            return name
        if prefix not in self.namespaces:
            self.module.fail_json(msg="The prefix '%s' of '%s' is not in namespaces" % (prefix, name))
        return '{%s}%s' % (self.namespaces[prefix], rest)

    # what a path names, and is not there

    def spawn(self, tree, xpath):
        """Make the last step of a path, and those before it where they are missing; whether that changes anything."""
        step = TEXT.match(xpath)
        if step:
            return self._at(tree, step, lambda node: self._set_text(node, step.group('value')), fresh=True)
        step = ATTRIBUTE.match(xpath)
        if step:
            return self._at(tree, step, lambda node: self.set_attribute(node, step.group('name'), step.group('value') or ''))
        step = PREDICATE.match(xpath) if xpath.endswith(']') else None
        if step:
            return self._at(tree, step, lambda node: self._fulfil(node, step.group('conditions')), fresh=True)
        step = ELEMENT.match(xpath)
        if not step:
            self.module.fail_json(msg="Can't process Xpath %s in order to spawn nodes! tree is %s" % (xpath, shown(tree)))
        element = self.named(self.qualified(step.group('name')))
        return self._at(tree, step, lambda node: node.append(element) or True)  # of several nodes the last one keeps it

    def _at(self, tree, step, act, fresh=False):
        """Do something at the nodes of the path before a step; at a new one, if one of the step's kind is to be fresh."""
        parent = step.group('parent')
        matches, changed = tree.xpath(parent, namespaces=self.namespaces), False
        fresh = fresh and parent != '.'
        if fresh or not is_node(matches):
            changed = self.spawn(tree, parent)
            matches = tree.xpath(parent, namespaces=self.namespaces)[-1 if fresh else 0:]
        for match in matches:
            if is_element(match):
                changed = act(match) or changed
        return changed

    def _set_text(self, node, value):
        changed = node.text != value
        node.text = value
        return changed

    def _fulfil(self, node, conditions):
        changed = False
        for condition in conditions.split(' and '):
            changed = self.spawn(node, './' + condition) or changed
        return changed


def as_text(value):
    return value if value is None or isinstance(value, str) else str(value)


def checked_module():
    module = AnsibleModule(
        argument_spec=ARGUMENTS, supports_check_mode=True,
        required_by=dict(add_children=['xpath'], attribute=['value'], content=['xpath'], set_children=['xpath'], value=['xpath']),
        required_if=[['count', True, ['xpath']], ['print_match', True, ['xpath']], ['insertbefore', True, ['xpath']], ['insertafter', True, ['xpath']]],
        required_one_of=[['path', 'xmlstring']],
        mutually_exclusive=[['add_children', 'content', 'count', 'print_match', 'set_children', 'value'], ['path', 'xmlstring'], ['insertbefore', 'insertafter']],
    )
    if etree is None:
        module.fail_json(msg=missing_required_lib('lxml'))
    version = LooseVersion('.'.join(to_native(part) for part in etree.LXML_VERSION))
    if version < LooseVersion('2.3.0'):
        module.fail_json(msg='The xml ansible module requires lxml 2.3.0 or newer installed on the managed machine')
    if version < LooseVersion('3.0.0'):
        module.warn('Using lxml version lower than 3.0.0 does not guarantee predictable element attribute order.')
    return module


def main():
    module = checked_module()
    params = module.params
    if params['xpath'] is not None:
        try:
            etree.XPath(params['xpath'])
        except etree.XPathSyntaxError as e:
            module.fail_json(msg='Syntax error in xpath expression: %s (%s)' % (params['xpath'], e))
    document = Document(module)
    if params['print_match']:
        document.print_matches()
    if params['count']:
        document.count()
    if params['content']:
        document.contents()
    if params['state'] == 'absent':
        document.delete()
    if params['set_children'] is not None:
        document.set_children()
    if params['add_children']:
        document.add_children()
    if params['value'] is not None:
        document.set_value()
    if params['xpath'] is not None:
        document.ensure()
    if params['pretty_print']:
        document.formatted()
    module.fail_json(msg="Don't know what to do")


if __name__ == '__main__':
    main()
