namespace HubertSharp.Corpora.Debian;

/// <summary>The voices in Debian's packages that are people's and stand there as recordings.</summary>
internal static class PackagedVoices
{
    /// <summary>Asterisk's English prompts.</summary>
    public static readonly PackagedVoice Allison = Asterisk("allison", "en", "en_US_f_Allison",
        "Recorded by Allison Smith (http://www.theivrvoice.com), copyright 2003-2010; financial contributions by Digium, Inc.\n"
        + "Creative Commons Attribution-ShareAlike 3.0 (CC BY-SA 3.0): https://creativecommons.org/licenses/by-sa/3.0/\n"
        + "The transcripts come from the same packages. What is made from these recordings may be passed on under the same licence only.");

    /// <summary>All but Mandarin, whose syllables are joined (<see cref="JoinedMandarin"/>).</summary>
    public static readonly PackagedVoice[] All =
    [
        Allison,
        Asterisk("allison-es", "es", "es_MX_f_Allison",
            "Recorded by Allison Smith (http://www.theivrvoice.com), copyright 2003-2010; financial contributions by Digium, Inc.\n"
            + "CC BY-SA 3.0: https://creativecommons.org/licenses/by-sa/3.0/"),
        Asterisk("june", "fr", "fr_CA_f_June",
            "Recorded by June Wallack (http://www.junewallack.com), copyright 2006-2008; translated by Clod Patry, Kristopher Lalletti and "
            + "June Wallack; contributions by Digium, Inc., Unlimitel, BGM Informatique.\n"
            + "CC BY-SA 3.0: https://creativecommons.org/licenses/by-sa/3.0/"),
        Asterisk("carlo", "it", "it_IT_m_Carlo",
            "Recorded by Carlo Flora (http://www.carloflora.com), copyright 2012 (http://www.segreterietelefoniche.it); "
            + "translated by Silvia "
            + "Petrin.\nCC BY 3.0: https://creativecommons.org/licenses/by/3.0/"),
        Asterisk("ivrvoice", "ru", "ru_RU_f_IvrvoiceRU",
            "Provided by Maxim Topal (http://www.ivrvoice.ru), copyright 2010.\nCC BY 3.0: https://creativecommons.org/licenses/by/3.0/"),
        TuxPaint("es", "Estefanía Ortiz"),
        TuxPaint("fr", "Jacques Chion"),
        TuxPaint("ru"),
        TuxPaint("ro"),
        TuxPaint("bg", "Krasimir Petkov"),
        TuxPaint("el", "Kiriaki Serafeim"),
        TuxPaint("be", "Kseniya Buraya"),
        TuxPaint("ca"),
        Fillets("cs", "m"),
        Fillets("cs", "v"),
        Fillets("nl", "m"),
        Fillets("nl", "v"),
        new("armelle", "fr", "asterisk-prompt-fr-armelle", "usr/share/asterisk/sounds/fr", @"^(.+)\.gsm$",
            "Voice: Armelle Desjardins. Copyright 2006 Michel Gutierrez. BSD licence of two clauses, see the package's file.")
        {
            Codec = RawCodec.Gsm,
            IsNarrowBand = true,
        },
        new("july", "es", "asterisk-prompt-es-co", "usr/share/asterisk/sounds/es", @"^(.+)\.gsm$",
            "Voice: July E. Jiménez. Copyright 2006 Avatar Ltda. (http://www.avatar.com.co/). GNU General Public License 2.")
        {
            Codec = RawCodec.Gsm,
            IsNarrowBand = true,
        },
        new("menardi", "it", "asterisk-prompt-it-menardi-wav", "usr/share/asterisk/sounds/it_IT_f_Menardi", @"^(.+)\.wav$",
            "Made by Marco Menardi and his wife Paola Dal Zot, copyright 2006-2011; updates and other voices: http://www.voip.ammdomus.it\n"
            + "CC BY-SA 3.0 Italy: https://creativecommons.org/licenses/by-sa/3.0/it/")
        {
            IsNarrowBand = true,
        },
    ];

    private static PackagedVoice Asterisk(string speaker, string language, string folder, string rights) =>
        new(speaker, language, $"asterisk-core-sounds-{language}-g722", $"usr/share/asterisk/sounds/{folder}", @"^(.+)\.g722$",
            "Core sounds for Asterisk. " + rights)
        {
            Codec = RawCodec.G722,
            TextPackage = $"asterisk-core-sounds-{language}",
        };

    private static PackagedVoice TuxPaint(string language, string? voice = null)
    {
        var by = voice is null ? "" : $", by {voice}";
        return new($"tuxpaint-{language}", language, "tuxpaint-stamps-default", "usr/share/tuxpaint/stamps",
            $@"([^/]+)_desc_{language}\.ogg$",
            $"Spoken descriptions of Tux Paint's stamps{by}. Copyright 2002-2022 Bill Kendrick and contributors (the package's changelog "
            + "names them). GNU General Public License 2.");
    }

    // m: malá, the small fish; v: velká, the big one
    private static PackagedVoice Fillets(string language, string fish) =>
        new($"fillets-{language}-{fish}", language, $"fillets-ng-data-{language}", "usr/share/games/fillets-ng/sound",
            $@"^([^/]+/{language}/[^-/]+-{fish}-[^/]+)\.ogg$",
            $"Dialogues of Fish Fillets NG, voice of the {(fish == "m" ? "small" : "big")} fish. Copyright ALTAR interactive, "
            + $"Ivo Danihelka, "
            + "Pavel Danihelka and others (see the package's file). GNU General Public License 2.");
}
