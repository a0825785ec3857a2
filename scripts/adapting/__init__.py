"""Teaches Whisper the sound of hotline calls: sentences are spoken, spoiled as lines and rooms spoil them, and learnt.

What comes out is the small file that `ivr.recognition.adapter` adds to the model: `scripts/adapt_recogniser speak`
makes the sounds, `learn` the file. Both are run by hand.
"""
