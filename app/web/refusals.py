"""The words for each refusal: what is the matter and what to do next."""

from app.core import errors
from app.core.accounts import Role
from app.core.errors import ShopError
from app.core.pictures import PictureFault
from app.web.render import Renderer


def reason(refusal: ShopError, render: Renderer) -> str:
    """A sentence for the person who was refused."""
    say = render.say
    match refusal:
        case errors.NotEnoughStock(name, 0, _):
            return say("%(name)s has just sold out.", name=name)
        case errors.NotEnoughStock(name, available, 0):
            return render.say_number(
                "Only %(num)s of %(name)s is left. Choose a smaller quantity.",
                "Only %(num)s of %(name)s are left. Choose a smaller quantity.",
                available,
                name=name,
            )
        case errors.NotEnoughStock(name, available, in_cart):
            return render.say_number(
                "Only %(num)s of %(name)s is left, and your cart already has %(in_cart)s.",
                "Only %(num)s of %(name)s are left, and your cart already has %(in_cart)s.",
                available,
                name=name,
                in_cart=in_cart,
            )
        case errors.NotForSale(name):
            return say("%(name)s is no longer sold.", name=name) if name else say("This is no longer sold.")
        case errors.InStock(name):
            return say("%(name)s is in stock: add it to your cart.", name=name)
        case errors.QuantityOutOfRange(lowest, highest):
            return say("Choose a whole quantity from %(lowest)s to %(highest)s.", lowest=lowest, highest=highest)
        case errors.CartFull(most):
            return say("A cart holds up to %(most)s different things. Order these first, or remove some.", most=most)
        case errors.EmptyCart():
            return say("Your cart is empty. Add something before you check out.")
        case errors.KeyMissing():
            return say("The form was not complete. Open the checkout again and place the order from there.")
        case errors.KeyReused():
            return say("This form was sent before with other answers. Open the checkout again to place another order.")
        case errors.MethodUnavailable("payment_method", limit) if limit is not None:
            amount = render.pages.filters["money"](limit)
            return say("Cash on delivery is for orders up to %(amount)s. Choose bank transfer.", amount=amount)
        case errors.MethodUnavailable("delivery_method", _):
            return say("Choose a delivery method that reaches this country.")
        case errors.MethodUnavailable():
            return say("Choose a payment method.")
        case errors.TooOften(seconds):
            minutes = -(-seconds // 60)
            return render.say_number(
                "You have done this several times. Wait %(num)s minute, then try again.",
                "You have done this several times. Wait %(num)s minutes, then try again.",
                minutes,
            )
        case errors.AddressBookFull(most):
            return say("You can keep up to %(most)s addresses. Delete one to add another.", most=most)
        case errors.StillRunning():
            return say("Your order is still being placed. Wait a moment, then try again.")
        case errors.DeskClosed():
            return say(
                "The seller desk is closed, because the database of this shop does not keep sellers apart yet. "
                "Whoever runs the shop finds the reason in its log."
            )
        case errors.ProviderAway(provider):
            return say(
                "%(provider)s does not answer right now. Try again soon, or sign in another way.", provider=provider
            )
        case errors.Unavailable():
            return say("The shop is very busy. Wait a moment, then try again; nothing was lost.")
        case errors.SignInFailed():
            return say("Address and password do not match. Check both, or sign in by a code instead.")
        case errors.WrongCode():
            return say("That is not the code, or it is over. Check it, or ask for a new one.")
        case errors.AttemptLost():
            return say("This sign-in has ended, or was begun in another browser. Begin again from the sign-in page.")
        case errors.ProviderRefused(provider, True):
            return say("You did not let us in at %(provider)s. Try again, or sign in another way.", provider=provider)
        case errors.ProviderRefused(provider):
            return say(
                "Signing in with %(provider)s did not work. Try again, or sign in another way.", provider=provider
            )
        case errors.IdentityTaken(provider):
            return say(
                "One of the two is linked already: this sign-in at %(provider)s to another account, "
                "or your account to another sign-in there.",
                provider=provider,
            )
        case errors.LinkWhileSignedIn(provider):
            return say(
                "Your account asks for a second factor. Sign in as usual, then link %(provider)s under Security.",
                provider=provider,
            )
        case errors.LastWayIn(provider):
            return say(
                "%(provider)s is the only way to sign in that is set up. Set a password first, then unlink it.",
                provider=provider,
            )
        case errors.PasswordTooShort(shortest):
            return say("Use at least %(shortest)s characters; a few words do well.", shortest=shortest)
        case errors.PasswordTooLong(longest):
            return say("Use at most %(longest)s characters.", longest=longest)
        case errors.PasswordTooCommon():
            return say("This password is one that others try first. Choose another; a few words do well.")
        case errors.InvalidEmail():
            return say("Enter an address like name@example.com.")
        case errors.EmailTaken():
            return say("This address has an account already.")
        case errors.SignInRequired():
            return say("Sign in first.")
        case errors.NotVerified():
            return say("Confirm your address first: we have sent you a code.")
        case errors.PermissionMissing():
            return say("Your role does not include this. Ask an administrator for the right to do it.")
        case errors.RoleMissing(role):
            return say(
                "This page is for sellers, and your account has the role %(role)s. An administrator can change that.",
                role=Role(role).name,
            )
        case errors.StepUpRequired():
            return say("Confirm that it is you, then try again.")
        case errors.SecondFactorMissing():
            return say("Set up the second factor first; your role needs it.")
        case errors.SecondFactorObligatory():
            return say("Your role needs the second factor. You can move it to another device instead.")
        case errors.StaleForm():
            return say("This page was open for too long. Please try once more.")
        case errors.ForgedRequest():
            return say("This request did not come from our pages. Open the shop and try again from there.")
        case errors.Gone():
            return say("This product is no longer sold. Here is what others like.")
        case errors.NotFound("order", _):
            return say("Check the link in your confirmation mail; it must be complete.")
        case errors.NotFound():
            return say("The address may be mistyped, or the page has moved. Search, or start from the home page.")
    return say("Please try again.")


def picture_reason(fault: PictureFault, render: Renderer) -> str:
    """What is the matter with a file that should have been a picture."""
    say = render.say
    return {
        PictureFault.EMPTY: say("Choose a file with a picture."),
        PictureFault.TOO_LARGE: say("The file is larger than 5 MB. Save it smaller."),
        PictureFault.NOT_A_PICTURE: say("This is not a JPEG, PNG or WebP picture. Save it as one of those."),
        PictureFault.TOO_MANY_PIXELS: say("The picture has too many pixels. Make it smaller."),
        PictureFault.TOO_SMALL: say("The picture is smaller than 100 pixels. Choose a larger one."),
        PictureFault.MOVING: say("The picture moves. Save a single frame of it."),
        PictureFault.HIDES_SOMETHING: say("The file holds more than a picture. Save it anew from a picture program."),
        PictureFault.TOO_SLOW: say("The picture takes too long to read. Save it smaller."),
    }.get(fault, say("The picture cannot be read to its end. Save it anew."))
