# What the rows of xml.yaml begin with.
cat > a.xml <<'END'
<business type="bar">
  <name>Tasty Beverage Co.</name>
  <beers>
    <beer>Rochefort 10</beer>
    <beer>St. Bernardus Abbot 12</beer>
    <beer>Schlitz</beer>
  </beers>
  <rating subjective="true">10</rating>
  <website>
    <mobilefriendly/>
    <address>http://tastybeverageco.com</address>
  </website>
</business>
END
cat > ns.xml <<'END'
<?xml version='1.0' encoding='UTF-8'?>
<!-- c -->
<foo xmlns="http://x.test" xmlns:attr="http://z.test">
  <bar>
    <baz xmlns="http://y.test" attr:my_namespaced_attribute="true" />
    <t><![CDATA[a & b]]></t>
  </bar>
</foo>
END
cat > bad.xml <<'END'
<a><b></a>
END
