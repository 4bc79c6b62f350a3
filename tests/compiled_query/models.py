from django.db import models


class Shelf(models.Model):
    name = models.CharField(max_length=20)

    def __str__(self):
        return self.name


class Box(Shelf):
    """In two tables."""

    depth = models.IntegerField(default=0)


class Doubled(models.IntegerField):
    """A field with a representation of its own: the database has twice the number."""

    def get_prep_value(self, value):
        return None if value is None else 2 * value

    def from_db_value(self, value, expression, connection):
        return None if value is None else value // 2


class Colour(models.TextChoices):
    RED = "r"
    BLUE = "b"


class Thing(models.Model):
    """One field of each kind that Django prepares in a way of its own."""

    shelf = models.ForeignKey(Shelf, on_delete=models.CASCADE, null=True)
    beside = models.ForeignKey("self", on_delete=models.CASCADE, null=True)
    text = models.CharField(max_length=20, default="")
    colour = models.CharField(max_length=1, choices=Colour.choices, default="")
    number = models.IntegerField(default=0)
    flag = models.BooleanField(default=False)
    ratio = models.FloatField(default=0)
    amount = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    at = models.DateTimeField(null=True)
    day = models.DateField(null=True)
    hour = models.TimeField(null=True)
    length = models.DurationField(null=True)
    identifier = models.UUIDField(null=True)
    address = models.GenericIPAddressField(null=True)
    raw = models.BinaryField(null=True)
    data = models.JSONField(null=True)
    doubled = Doubled(null=True)

    def __str__(self):
        return self.text


class Label(models.Model):
    """Its primary key is another row's."""

    thing = models.OneToOneField(Thing, primary_key=True, on_delete=models.CASCADE)
    text = models.CharField(max_length=20)

    def __str__(self):
        return self.text
