namespace HubertSharp.Corpora.Debian;

/// <summary>Whose recordings the corpus holds and under which licences; whoever passes it on passes this on.</summary>
internal static class DebianSpeechLicences
{
    public const string Text = """
        # Licences of the recordings in this folder

        Made by `hubert corpus get debian-zh-en` from three Debian packages. The recordings were decoded to 16 kHz mono FLAC; nothing
        else was changed in the English ones. The Mandarin syllables were joined into longer utterances with pauses of faint noise.

        ## audio/en

        Core sounds for Asterisk (packages asterisk-core-sounds-en-g722 and asterisk-core-sounds-en).
        Copyright 2003-2010 Allison Smith (http://www.theivrvoice.com); financial contributions by Digium, Inc.
        Creative Commons Attribution-ShareAlike 3.0 (CC BY-SA 3.0): https://creativecommons.org/licenses/by-sa/3.0/
        The transcripts (`*.wrd`, `*.ltr`, English lines) come from the same packages. What is made from these recordings may be
        passed on under the same licence only.

        ## audio/zh/spk3_*

        gcin-voice, speaker 3 (package gcin-voice). Copyright 2014 Edward Der-Hua Liu.
        GNU General Public License 3 or GNU Lesser General Public License 3: https://www.gnu.org/licenses/

        ## audio/zh/spk5_*

        gcin-voice, speaker 5 (package gcin-voice). 聲優　羅竺與徵音梅林開發委員會錄音組 (ChionMeilin, with the voice of Chu Lo).
        Creative Commons Attribution 3.0 (CC BY 3.0): https://creativecommons.org/licenses/by/3.0/

        """;
}
