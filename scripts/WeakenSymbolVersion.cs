using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Copies a 64-bit little-endian ELF library and marks one required symbol version as weak: in the section
/// <c>.gnu.version_r</c> (ELF gABI extension "Symbol Versioning", LSB Core 10.7), the <c>Elf64_Vernaux</c> entry
/// of that name gets <c>VER_FLG_WEAK</c>. The loader then warns at most where it would refuse.
/// </summary>
public sealed class WeakenSymbolVersion : Task
{
    private const uint SectionTypeVersionNeeds = 0x6ffffffe;
    private const ushort WeakFlag = 2;

    [Required] public string Source { get; set; } = "";

    [Required] public string Destination { get; set; } = "";

    [Required] public string SymbolVersion { get; set; } = "";

    public override bool Execute()
    {
        var elf = File.ReadAllBytes(Source);
        if (elf.Length < 64 || BitConverter.ToUInt32(elf, 0) != 0x464c457f || elf[4] != 2 || elf[5] != 1)
        {
            Log.LogError("{0} is no 64-bit little-endian ELF library.", Source);
            return false;
        }

        var sections = checked((int)BitConverter.ToInt64(elf, 0x28));
        var sectionSize = BitConverter.ToUInt16(elf, 0x3a);
        var sectionCount = BitConverter.ToUInt16(elf, 0x3c);
        for (var i = 0; i < sectionCount; i++)
        {
            var section = sections + i * sectionSize;
            if (BitConverter.ToUInt32(elf, section + 4) == SectionTypeVersionNeeds)
            {
                var strings = sections + BitConverter.ToInt32(elf, section + 0x28) * sectionSize;
                Weaken(elf, Offset(elf, section), Offset(elf, strings));
            }
        }

        var temporary = Destination + ".tmp";
        Directory.CreateDirectory(Path.GetDirectoryName(Destination));
        File.WriteAllBytes(temporary, elf);
        File.Delete(Destination);
        File.Move(temporary, Destination);
        return true;
    }

    private static int Offset(byte[] elf, int section) => checked((int)BitConverter.ToInt64(elf, section + 0x18));

    private void Weaken(byte[] elf, int needs, int strings)
    {
        for (int need = needs, next = -1; next != 0; need += next)
        {
            var entry = need + BitConverter.ToInt32(elf, need + 8);
            for (var left = BitConverter.ToUInt16(elf, need + 2); left > 0; left--)
            {
                var name = strings + BitConverter.ToInt32(elf, entry + 8);
                if (Encoding.ASCII.GetString(elf, name, Array.IndexOf(elf, (byte)0, name) - name) == SymbolVersion)
                {
                    elf[entry + 4] |= (byte)WeakFlag;
                }

                entry += BitConverter.ToInt32(elf, entry + 12);
            }

            next = BitConverter.ToInt32(elf, need + 12);
        }
    }
}
