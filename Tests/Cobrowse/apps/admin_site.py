"""A Django site with the admin pages of two models, in one file. Usage: admin_site.py PORT DATABASE"""

import datetime
import sys

import django
from django.conf import settings

settings.configure(
    DEBUG=True, SECRET_KEY="for tests on the loopback alone", ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[2]}},
    INSTALLED_APPS=["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
                    "django.contrib.sessions", "django.contrib.messages", "django.contrib.staticfiles"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
                "django.contrib.auth.middleware.AuthenticationMiddleware",
                "django.contrib.messages.middleware.MessageMiddleware"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {
        "context_processors": ["django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
                               "django.contrib.messages.context_processors.messages"]}}],
    STATIC_URL="/static/", USE_TZ=False, DEFAULT_AUTO_FIELD="django.db.models.AutoField")
django.setup()

from django.contrib import admin  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.urls import path  # noqa: E402


class Author(models.Model):
    name = models.CharField(max_length=80)
    born = models.DateField()
    token = models.CharField(max_length=80, blank=True)
    bio = models.TextField(blank=True)

    class Meta:
        app_label = "admin"


class Book(models.Model):
    author = models.ForeignKey(Author, models.CASCADE)
    title = models.CharField(max_length=80)
    sold = models.BooleanField(default=False)

    class Meta:
        app_label = "admin"


class BookRows(admin.TabularInline):
    model = Book
    extra = 1


@admin.register(Author)
class AuthorAdmin(admin.ModelAdmin):
    inlines = [BookRows]


urlpatterns = [path("admin/", admin.site.urls)]

if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(Author)
        editor.create_model(Book)
    from django.contrib.auth.models import User
    User.objects.create_superuser("admin", "admin@example.com", "admin")
    author = Author.objects.create(name="Ada Example", born=datetime.date(1975, 3, 14), bio="Writes.")
    Book.objects.create(author=author, title="A first book")
    call_command("runserver", f"127.0.0.1:{sys.argv[1]}", use_reloader=False, verbosity=0)
