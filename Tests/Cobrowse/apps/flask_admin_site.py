"""A Flask-Admin site with thirty people. Usage: flask_admin_site.py PORT"""

import sys

from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config.update(SQLALCHEMY_DATABASE_URI="sqlite://", SECRET_KEY="not secret")
store = SQLAlchemy(app)


class Person(store.Model):
    id = store.Column(store.Integer, primary_key=True)
    name = store.Column(store.String(50))
    kind = store.Column(store.Enum("a", "b"))
    active = store.Column(store.Boolean)


class People(ModelView):
    column_filters = ["name", "kind"]
    column_searchable_list = ["name"]
    column_editable_list = ["name"]


Admin(app, name="People").add_view(People(Person, store.session))
with app.app_context():
    store.create_all()
    store.session.add_all(Person(name=f"person {row}", kind="ab"[row % 2], active=row % 3 == 0) for row in range(30))
    store.session.commit()
app.run(port=int(sys.argv[1]))
