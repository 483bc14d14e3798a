"""A second reader of backups, made of docs/BACKUP.md alone: what is written there is what there is."""

import ctypes
import ctypes.util
import hashlib
import hmac
import os
import struct
import zlib

HEADER = 68
TAG = 16
LAST = 1 << 31
SET_TAG = 17  # EVP_CTRL_GCM_SET_TAG


def _library():
    library = ctypes.CDLL(ctypes.util.find_library("crypto") or "libcrypto.so.3")
    library.EVP_CIPHER_CTX_new.restype = ctypes.c_void_p
    library.EVP_aes_256_gcm.restype = ctypes.c_void_p
    return library


def decrypt(library, key, nonce, more, sealed, tag):
    """AES-256-GCM; `more` is authenticated besides."""
    context = ctypes.c_void_p(library.EVP_CIPHER_CTX_new())
    cipher = ctypes.c_void_p(library.EVP_aes_256_gcm())
    size = ctypes.c_int()
    plain = ctypes.create_string_buffer(len(sealed) + TAG)
    steps = [
        library.EVP_DecryptInit_ex(context, cipher, None, key, nonce),
        library.EVP_DecryptUpdate(context, None, ctypes.byref(size), more, len(more)),
        library.EVP_DecryptUpdate(context, plain, ctypes.byref(size), sealed, len(sealed)),
        library.EVP_CIPHER_CTX_ctrl(context, SET_TAG, TAG, ctypes.create_string_buffer(tag, TAG)),
        library.EVP_DecryptFinal_ex(context, plain, ctypes.byref(size))]
    library.EVP_CIPHER_CTX_free(context)
    assert steps == [1] * len(steps), steps
    return plain.raw[:len(sealed)]


def derive(key, label, salt):
    return hmac.new(key, label + salt + b"\x01", hashlib.sha256).digest()


def contents(path, key):
    with open(path, "rb") as file:
        whole = file.read()
    library = _library()
    header = whole[:HEADER]
    assert header[:8] == b"TRIBOOKB" and struct.unpack_from("<II", header, 8) == (1, 1 << 20)
    assert header[16:24] == derive(key, b"tribook backup: key id", bytes(32))[:8]
    own_key = derive(key, b"tribook backup: key of a file", header[24:56])
    at, number, plain, word = HEADER, 0, b"", 0
    while not word & LAST:
        frame = whole[at:at + 4]
        word = struct.unpack("<I", frame)[0]
        end = at + 4 + (word & ~LAST)
        count = struct.pack("<Q", number)
        plain += zlib.decompress(decrypt(library, own_key, count + bytes(4), header + count + frame,
                                         whole[at + 4:end], whole[end:end + TAG]))
        at, number = end + TAG, number + 1
    assert at == len(whole)
    return plain


def extract(path, key, folder):
    """Writes the files; what the backup says of itself at its end, in order."""
    plain = contents(path, key)
    at = 0
    while plain[at] == 1:
        length = struct.unpack_from("<H", plain, at + 1)[0]
        name = plain[at + 3:at + 3 + length].decode("ascii")
        size = struct.unpack_from("<Q", plain, at + 3 + length)[0]
        at += 3 + length + 8
        data, piece = b"", 1
        while piece:
            piece = struct.unpack_from("<I", plain, at)[0]
            data += plain[at + 4:at + 4 + piece]
            at += 4 + piece
        target = os.path.join(folder, name)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as file:
            file.write(data + bytes(size - len(data)))
    assert plain[at] == 2
    about = struct.unpack_from("<QqQQIIQQQQ", plain, at + 1)
    assert len(plain) == at + 1 + 72
    return about
