from hypothesis import settings

# Shared machines are slow at times; a law is not broken by being checked slowly.
settings.register_profile("teiki", deadline=None)
settings.load_profile("teiki")
