"""A HAR file, as a browser's devtools export what happened (HTTP Archive 1.2): what of it concerns a sign-in.

``archive`` reads it; ``sign_in`` says what is wrong with the provider's answers, ``cookies`` with the cookies;
``reading`` puts all together.
"""
