"""Two groups for pages: editors write and hand in, publishers decide. Neither opens users, groups, settings or sites.

Wagtail's own first groups and its workflow become ours, with whoever is in them.
"""

from django.apps import apps as installed
from django.db import migrations

# Wagtail's documents, where they are installed, give themselves to a group called Editors: ours come after that.
DOCUMENTS = [("wagtaildocs", "0014_alter_document_file_size")] if installed.is_installed("wagtail.documents") else []

BOTH = (
    ("wagtailadmin", "admin", "access_admin", "Can access Wagtail admin"),
    ("simple_translation", "simpletranslation", "submit_translation", "Can submit translations"),
)
PAGES = {
    "Editors": ("add_page", "change_page"),
    "Publishers": ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
}
PICTURES = {"Editors": ("add_image", "choose_image"), "Publishers": ("add_image", "change_image", "choose_image")}
WORKFLOW = "Publishers approve"


def make(apps, schema_editor):
    group_model = apps.get_model("auth", "Group")
    if not group_model.objects.filter(name="Publishers").exists():
        group_model.objects.filter(name="Moderators").update(name="Publishers")
    groups = {name: group_model.objects.get_or_create(name=name)[0] for name in PAGES}
    root = apps.get_model("wagtailcore", "Page").objects.get(depth=1)
    collection = apps.get_model("wagtailcore", "Collection").objects.get(depth=1)
    of_pages = apps.get_model("wagtailcore", "GroupPagePermission")
    of_pictures = apps.get_model("wagtailcore", "GroupCollectionPermission")
    for name, group in groups.items():
        group.permissions.set([_permission(apps, *each) for each in BOTH])
        of_pages.objects.filter(group=group).delete()
        for codename in PAGES[name]:
            permission = _permission(apps, "wagtailcore", "page", codename, f"Can {codename.replace('_', ' ')}")
            of_pages.objects.create(group=group, page=root, permission=permission)
        of_pictures.objects.filter(group=group).delete()
        for codename in PICTURES[name]:
            permission = _permission(apps, "wagtailimages", "image", codename, f"Can {codename.replace('_', ' ')}")
            of_pictures.objects.create(group=group, collection=collection, permission=permission)
    _workflow(apps, root, groups["Publishers"])


def _permission(apps, label, model, codename, name):
    """Permissions are otherwise made after the migrations of all apps, too late for this one."""
    kind = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label=label, model=model)[0]
    permissions = apps.get_model("auth", "Permission").objects
    return permissions.get_or_create(content_type=kind, codename=codename, defaults={"name": name})[0]


def _workflow(apps, root, publishers):
    """What is handed in anywhere goes to the publishers."""
    kinds = apps.get_model("contenttypes", "ContentType").objects
    tasks = apps.get_model("wagtailcore", "GroupApprovalTask")
    kind = kinds.get_or_create(app_label="wagtailcore", model="groupapprovaltask")[0]
    task = tasks.objects.filter(groups=publishers, active=True).first()
    if task is None:
        task = tasks.objects.create(name=WORKFLOW, content_type=kind, active=True)
    tasks.objects.filter(pk=task.pk).update(name=WORKFLOW)
    task.groups.set([publishers])
    on_root = apps.get_model("wagtailcore", "WorkflowPage").objects.filter(page=root).first()
    workflows = apps.get_model("wagtailcore", "Workflow").objects
    workflow = on_root.workflow if on_root else workflows.create(name=WORKFLOW, active=True)
    workflows.filter(pk=workflow.pk).update(name=WORKFLOW, active=True)
    steps = apps.get_model("wagtailcore", "WorkflowTask").objects
    steps.filter(workflow=workflow).exclude(task_id=task.pk).delete()
    steps.get_or_create(workflow=workflow, task_id=task.pk, defaults={"sort_order": 0})
    if on_root is None:
        apps.get_model("wagtailcore", "WorkflowPage").objects.create(workflow=workflow, page=root)


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0004_blocks_in_place"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("simple_translation", "0001_initial"),
        ("wagtailadmin", "0006_formstate"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailimages", "0027_image_description"),
        *DOCUMENTS,
    ]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
